import { z } from 'zod';
import type { ClockRepair } from '#platform/clock-watch.ts';

const moved = z.array(z.object({ webhook_id: z.string() }));

/**
 * Makes deliveries due now that were scheduled while PostgreSQL's clock was ahead: those that were created or attempted at
 * a time in the future.
 */
export const voidFutureDeliveries: ClockRepair = async ({ pool, live }) => {
  const { rows } = await pool.query(
    `update delivery_pending set next_attempt_at = now()
      where next_attempt_at > now() + interval '1 minute'
        and greatest(created_at, last_attempt_at) > now() + interval '1 minute'
      returning webhook_id`,
  );
  live.notify('lanes', [...new Set(moved.parse(rows).map(({ webhook_id }) => webhook_id))]);
};
