import { z } from 'zod';
import type { Platform } from '#platform/scope.ts';
import type { SourceProblem } from './source-problem.ts';

const SETTLED = 'problem = null, remedy = null, needs_new_slot = false';

/** The state of the stream that the page shows. Only the reader writes it. */
export async function setPaused({ pool }: Pick<Platform, 'pool'>, token: string): Promise<void> {
  await pool.query(`update source set state = 'paused', ${SETTLED} where lease_token = $1`, [token]);
}

/**
 * @param isProven whether it has read up to the point where the log ended when reading started. An unusable slot
 * responds at first, and fails at the position that can't be read. Until that position is passed, the slot still has to
 * be replaced.
 */
export async function setReading({ pool }: Pick<Platform, 'pool'>, token: string, isProven: boolean): Promise<void> {
  await pool.query(
    `update source set state = 'reading', ${SETTLED}
     where lease_token = $1 and ($2 or not needs_new_slot) and (state <> 'reading' or problem is not null)`,
    [token, isProven],
  );
}

/**
 * Stores why the source can't be read, unless another process reads it. A source that was never reached has a row of its
 * own until it is reached.
 */
export async function setProblem(
  { pool }: Pick<Platform, 'pool'>,
  address: string,
  { message, remedy, needsNewSlot }: SourceProblem,
): Promise<void> {
  await pool.query(
    `with known as (
       select database_key from source where address = $1 order by created_at desc limit 1
     ), reported as (
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

/** The state of the source's log: its timeline and its end. */
export type LogEnd = { timeline: number; end: bigint };

/** Stores the timeline of a new slot, which continues from no earlier position. */
export async function noteTimeline({ pool }: Pick<Platform, 'pool'>, token: string, timeline: number): Promise<void> {
  await pool.query('update source set timeline = $2 where lease_token = $1', [token, timeline]);
}

/**
 * After a failover, positions past the start of the new timeline belong to a log that no longer exists, so the new log has
 * to be read from there on.
 * @param endOf where the log of an earlier timeline ended; null if the log does not descend from it.
 * @returns false if the log does not continue from what was read: an old primary, or an older copy of the disk.
 * It is then unknown which of its changes were applied.
 */
export async function followTimeline(
  { pool }: Pick<Platform, 'pool'>,
  token: string,
  log: LogEnd,
  endOf: (earlier: number, now: number) => Promise<bigint | null>,
): Promise<boolean> {
  const { rows } = await pool.query('select timeline, applied_lsn from source where lease_token = $1', [token]);
  const [row] = follows.parse(rows);
  if (!row) return true;
  const isOther = row.timeline !== null && row.timeline !== log.timeline;
  const end = isOther ? await endOf(row.timeline ?? 0, log.timeline) : null;
  if (isOther ? end === null : row.applied_lsn > log.end) return false;
  await pool.query(
    `update source set timeline = $2, applied_index = case when applied_lsn > $3 then 0 else applied_index end,
       applied_lsn = least(applied_lsn, coalesce($3, applied_lsn))
     where lease_token = $1`,
    [token, log.timeline, end],
  );
  return true;
}

const follows = z.array(z.object({ timeline: z.int().nullable(), applied_lsn: z.coerce.bigint() }));
