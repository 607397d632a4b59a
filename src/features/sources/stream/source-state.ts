import type { Platform } from '#platform/scope.ts';
import type { SourceProblem } from './source-problem.ts';

type State = 'starting' | 'reading' | 'paused' | 'broken';

/** What the page says of the stream. Only its reader writes it. */
export async function setState({ pool }: Pick<Platform, 'pool'>, token: string, state: Exclude<State, 'broken'>) {
  await pool.query('update source set state = $2, problem = null, remedy = null where lease_token = $1', [
    token,
    state,
  ]);
}

/**
 * What keeps it from being read, unless somebody else reads it. A source that was never reached has a row of its own
 * until it is.
 */
export async function setProblem(
  { pool }: Pick<Platform, 'pool'>,
  address: string,
  { message, remedy }: SourceProblem,
): Promise<void> {
  await pool.query(
    `with known as (
       select database_key from source where address = $1 order by created_at desc limit 1
     ), told as (
       update source set state = 'broken', problem = $2, remedy = $3
       where database_key = (select database_key from known) and (lease_until is null or lease_until < now())
     )
     insert into source (database_key, slot_name, address, state, problem, remedy)
     select 'unreached ' || $1, 'unreached ' || $1, $1, 'broken', $2, $3 where not exists (select from known)
     on conflict do nothing`,
    [address, message, remedy],
  );
}

/**
 * Before a slot is made: it begins now, so nothing that it brings was applied, also when the source was restored and its
 * log is behind where it was. Where there was a slot before, changes up to now were not seen.
 */
export async function beginAnew({ pool }: Pick<Platform, 'pool'>, token: string): Promise<void> {
  await pool.query(
    `update source set gap_at = case when applied_lsn > 0 then now() else gap_at end, applied_lsn = 0, applied_index = 0
     where lease_token = $1`,
    [token],
  );
}

export async function forgetUnreached({ pool }: Pick<Platform, 'pool'>): Promise<void> {
  await pool.query(`delete from source where database_key like 'unreached %'`);
}
