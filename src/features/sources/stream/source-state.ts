import type { Platform } from '#platform/scope.ts';
import type { SourceProblem } from './source-problem.ts';

type State = 'starting' | 'reading' | 'paused' | 'broken';

/** What the page says of the stream. Only its reader writes it. */
export async function setState({ pool }: Pick<Platform, 'pool'>, token: string, state: Exclude<State, 'broken'>) {
  await pool.query(
    'update source set state = $2, problem = null, remedy = null, needs_new_slot = false where lease_token = $1',
    [token, state],
  );
}

/**
 * What keeps it from being read, unless somebody else reads it. A source that was never reached has a row of its own
 * until it is.
 */
export async function setProblem(
  { pool }: Pick<Platform, 'pool'>,
  address: string,
  { message, remedy, needsNewSlot }: SourceProblem,
): Promise<void> {
  await pool.query(
    `with known as (
       select database_key from source where address = $1 order by created_at desc limit 1
     ), told as (
       update source set state = 'broken', problem = $2, remedy = $3, needs_new_slot = $4
       where database_key = (select database_key from known) and (lease_until is null or lease_until < now())
     )
     insert into source (database_key, slot_name, address, state, problem, remedy)
     select 'unreached ' || $1, 'unreached ' || $1, $1, 'broken', $2, $3 where not exists (select from known)
     on conflict do nothing`,
    [address, message, remedy, needsNewSlot],
  );
}

export async function forgetUnreached({ pool }: Pick<Platform, 'pool'>): Promise<void> {
  await pool.query(`delete from source where database_key like 'unreached %'`);
}

export async function noteFailover({ pool }: Pick<Platform, 'pool'>, token: string, isFailover: boolean) {
  await pool.query('update source set is_failover_slot = $2 where lease_token = $1 and is_failover_slot <> $2', [
    token,
    isFailover,
  ]);
}

/**
 * After a failover: what was applied behind the place where the new timeline began is of a log that is no more, and what
 * stands there now is to be read.
 * @param endOf where the log of an earlier timeline ended; null when that is not known.
 */
export async function followTimeline(
  { pool }: Pick<Platform, 'pool'>,
  token: string,
  now: number,
  endOf: (earlier: number, now: number) => Promise<bigint | null>,
): Promise<void> {
  const { rows } = await pool.query<{ timeline: number | null }>('select timeline from source where lease_token = $1', [
    token,
  ]);
  const earlier = rows[0]?.timeline ?? null;
  if (earlier === now) return;
  const end = earlier === null ? null : await endOf(earlier, now);
  await pool.query(
    `update source set timeline = $2, applied_index = case when applied_lsn > $3 then 0 else applied_index end,
       applied_lsn = least(applied_lsn, coalesce($3, applied_lsn))
     where lease_token = $1`,
    [token, now, end],
  );
}
