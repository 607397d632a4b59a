import { z } from 'zod';
import { voidFutureChores } from '#platform/chores.ts';
import type { ClockRepair } from '#platform/clock-watch.ts';

/** The longest window of a limit is 15 minutes, and the longest wait of a throttle an hour. */
const LONGEST_WINDOW = '1 hour';

/**
 * Deletes rate limit windows that end later than a window can. They were started while a clock was ahead, and would lock
 * people and keys out until then.
 */
const voidFutureLimits: ClockRepair = async ({ pool }) => {
  await pool.query(
    `delete from rate_limit where expire > (extract(epoch from now() + interval '${LONGEST_WINDOW}') * 1000)::bigint`,
  );
  await pool.query(`delete from identity_throttle where blocked_until > now() + interval '${LONGEST_WINDOW}'`);
};

const moved = z.array(z.object({ webhook_id: z.string() }));

/**
 * Makes deliveries due now that were scheduled while PostgreSQL's clock was ahead: those that were created or attempted at
 * a time in the future.
 */
const voidFutureDeliveries: ClockRepair = async ({ pool, live }) => {
  const { rows } = await pool.query(
    `update delivery_pending set next_attempt_at = now()
      where next_attempt_at > now() + interval '1 minute'
        and greatest(created_at, last_attempt_at) > now() + interval '1 minute'
      returning webhook_id`,
  );
  live.notify('lanes', [...new Set(moved.parse(rows).map(({ webhook_id }) => webhook_id))]);
};

/** What is repaired after a clock was set back. */
export const clockRepairs: readonly ClockRepair[] = [voidFutureDeliveries, voidFutureLimits, voidFutureChores];
