import type pg from 'pg';
import { z } from 'zod';
import { run, type Statement } from './statement.ts';

const swept = z.object({ subscription_id: z.string() });
const BATCH = 1_000;

/**
 * Ends what no lane's turn ends: deliveries that passed their deadline while they waited (half a minute ago, so that no
 * attempt is under way), and what came in for a webhook that was disabled or deleted at that moment. What a pause holds
 * is left alone. A batch a lane, from its oldest on: by bounds of ids, so that a long backlog costs nothing.
 */
const SWEEP: Statement<{ subscription_id: string }> = {
  name: 'sweep_deliveries',
  text: `with recursive clock as (select coalesce($1::timestamptz, now()) as now),
    busy as (
      (select subscription_id from delivery_pending order by subscription_id limit 1)
      union all
      select next.subscription_id from busy cross join lateral (
        select subscription_id from delivery_pending p where p.subscription_id > busy.subscription_id
        order by subscription_id limit 1) next
    ),
    lanes as (
      select s.id, s.resumed_at, s.deleted_at is not null or s.status = 'disabled' as is_over,
          case when s.deleted_at is not null then 'deleted' when s.status = 'disabled' then 'disabled'
            else 'expired' end as reason
        from busy join subscription s on s.id = busy.subscription_id cross join clock
        where s.deleted_at is not null or s.status = 'disabled' or s.status = 'active'
          and (s.resumed_at is null or s.resumed_at < clock.now - interval '24 hours 30 seconds')
    ),
    over as (
      select p.id, greatest(p.created_at, lanes.resumed_at) + interval '24 hours' as deadline_at, lanes.reason
        from lanes cross join clock
          cross join lateral (
            (select p.id, p.created_at from delivery_pending p
              where lanes.is_over and p.subscription_id = lanes.id order by p.id limit ${BATCH})
            union all
            (select p.id, p.created_at from delivery_pending p
              where not lanes.is_over and p.subscription_id = lanes.id
                and p.id < uuid_from_time(clock.now - interval '24 hours 30 seconds')
              order by p.id limit ${BATCH})
          ) p
    ),
    gone as (delete from delivery_pending p using over where p.id = over.id returning p.*, over.deadline_at, over.reason)
    insert into delivery (id, organization_id, subscription_id, event_id, event_type, origin, created_at, status, reason,
        attempt_count, last_attempt_at, last_status, last_error_code, deadline_at, ended_at)
      select id, organization_id, subscription_id, event_id, event_type, origin, created_at,
          case reason when 'expired' then 'failed' else 'cancelled' end, reason, attempt_count, last_attempt_at,
          last_status, last_error_code, deadline_at, clock.now
        from gone cross join clock
      returning subscription_id`,
  row: swept,
};

/** @returns the subscriptions of which something ended. */
export const sweepDeliveries = async (pool: pg.Pool, now: string | null): Promise<string[]> => [
  ...new Set((await run(pool, SWEEP, [now])).map(({ subscription_id }) => subscription_id)),
];
