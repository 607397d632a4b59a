import type { Platform } from '#platform/scope.ts';

/** The first wait after the free attempts. Each further failure doubles it, up to the longest wait. */
const FIRST_WAIT_SECONDS = 60;
const LONGEST_WAIT_SECONDS = 60 * 60;
/** After a day without a failure, the count starts over. */
const FORGET_HOURS = 24;

/**
 * Takes one attempt to prove an identity from a budget: that of an account, a known browser, or a session. The first
 * attempts are free. After them, each requires a wait that doubles from a minute to an hour. An attempt counts as
 * failed until `clearLane` is called, so simultaneous attempts are counted one by one. At one attempt an hour in the
 * end, a budget stays far below the 100 consecutive failures that NIST SP 800-63B §5.2.2 allows before anybody could
 * notice, and nobody is ever locked out for good.
 * @returns 0 when the attempt was taken, otherwise the seconds until the next one is possible.
 */
export async function takeFromLane({ pool }: Platform, lane: string, freeTries: number): Promise<number> {
  // A transaction that waited for the row started before the one that held it, so its now() would be too early to
  // compare with.
  const { rowCount } = await pool.query(
    `insert into identity_throttle as t (key, failures, blocked_until, last_failed_at)
      values ($1, 1, case when 1 < $2 then to_timestamp(0) else now() + $3 * interval '1 s' end, now())
      on conflict (key) do update set
        (failures, blocked_until, last_failed_at, notified_at) = (
          select n.failures,
            case when n.failures < $2 then to_timestamp(0)
              else now() + least($3 * 2.0 ^ least(n.failures - $2, 20), $4) * interval '1 s' end,
            now(), case when n.failures > 1 then t.notified_at end
          from (select case when t.last_failed_at < now() - $5 * interval '1 h' then 1 else t.failures + 1 end) n (failures)
        )
      where t.blocked_until <= clock_timestamp()`,
    [lane, freeTries, FIRST_WAIT_SECONDS, LONGEST_WAIT_SECONDS, FORGET_HOURS],
  );
  if (rowCount === 1) return 0;
  const { rows } = await pool.query<{ seconds: number }>(
    'select ceil(extract(epoch from blocked_until - now()))::int as seconds from identity_throttle where key = $1',
    [lane],
  );
  return Math.max(1, rows[0]?.seconds ?? 1);
}

/** Resets the failures of a budget, because the person has proved who they are. */
export async function clearLane({ pool }: Platform, lane: string): Promise<void> {
  await pool.query('delete from identity_throttle where key = $1', [lane]);
}

/** @returns whether this is the first notice of the block in a day. Further attempts write nothing. */
export async function isFirstToTell({ pool }: Platform, lane: string): Promise<boolean> {
  const { rowCount } = await pool.query(
    `update identity_throttle set notified_at = now()
      where key = $1 and (notified_at is null or notified_at < now() - interval '1 day')`,
    [lane],
  );
  return rowCount === 1;
}

/** A background job that deletes budgets without recent failures. @returns how many */
export async function pruneIdentityThrottle({ pool }: Platform): Promise<number> {
  const { rowCount } = await pool.query(
    `delete from identity_throttle where last_failed_at < now() - $1 * interval '1 h'`,
    [FORGET_HOURS],
  );
  return rowCount ?? 0;
}
