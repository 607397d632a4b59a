import type { ClockRepair } from '#platform/clock-watch.ts';

/** The longest window of a limit is 15 minutes, and the longest wait of a throttle an hour. */
const LONGEST_WINDOW = '1 hour';

/**
 * Deletes rate limit windows that end later than a window can. They were started while a clock was ahead, and would lock
 * people and keys out until then.
 */
export const voidFutureLimits: ClockRepair = async ({ pool }) => {
  await pool.query(
    `delete from rate_limit where expire > (extract(epoch from now() + interval '${LONGEST_WINDOW}') * 1000)::bigint`,
  );
  await pool.query(`delete from identity_throttle where blocked_until > now() + interval '${LONGEST_WINDOW}'`);
};
