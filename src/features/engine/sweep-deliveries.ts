import type pg from 'pg';
import { z } from 'zod';
import { GIVE_UP_AFTER_HOURS } from '#core/delivery/retry-schedule.ts';
import { endDeliveries } from '#features/events/end-deliveries.ts';
import { wornOutSql } from '#features/webhooks/disable-webhook.ts';
import type { EngineParts } from './engine-parts.ts';
import { run, type Statement } from './statement.ts';

const swept = z.object({ webhook_id: z.string(), count: z.int() });
/** Of one lane, and in all: a statement that takes long would hold its rows as long. */
const BATCH = 5_000;
const MOST = 10_000;

const BUSY = `busy as (
      (select webhook_id from delivery_pending order by webhook_id limit 1)
      union all
      select next.webhook_id from busy cross join lateral (
        select webhook_id from delivery_pending p where p.webhook_id > busy.webhook_id
        order by webhook_id limit 1) next
    )`;

/**
 * Ends what no lane's turn ends: deliveries that passed their deadline while they waited (half a minute ago, so that no
 * attempt is under way), and what came in for a webhook that was disabled or deleted at that moment. What a pause holds
 * is left alone. A batch a lane, from its oldest on: by bounds of ids, so that a long backlog costs nothing. What another
 * worker is ending is passed by.
 */
const SWEEP: Statement<z.infer<typeof swept>> = {
  name: 'sweep_deliveries',
  text: `with recursive clock as (select coalesce($1::timestamptz, now()) as now),
    ${BUSY},
    lanes as (
      select s.id,
          case when s.deleted_at is not null then 'deleted' when s.status = 'disabled' then 'disabled'
            else 'expired' end as reason,
          case when s.deleted_at is not null or s.status = 'disabled' then 'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid
            else uuid_from_time(clock.now - interval '${GIVE_UP_AFTER_HOURS} hours 30 seconds') end as before
        from busy join webhook s on s.id = busy.webhook_id cross join clock
        where s.deleted_at is not null or s.status = 'disabled' or s.status = 'active'
          and (s.resumed_at is null or s.resumed_at < clock.now - interval '${GIVE_UP_AFTER_HOURS} hours 30 seconds')
    ),
    over as (
      select p.id, lanes.reason
        from lanes cross join lateral (
            select p.id from delivery_pending p
              where p.webhook_id = lanes.id and p.id < lanes.before
              order by p.id limit ${BATCH} for update skip locked
          ) p
        limit ${MOST}
    ),
    ${endDeliveries({
      from: 'over',
      where: 'p.id = over.id',
      status: `case over.reason when 'expired' then 'failed' else 'cancelled' end`,
      reason: 'over.reason',
    })}
    select webhook_id, count(*)::int as count from ended group by webhook_id`,
  row: swept,
};

/** @returns how many deliveries ended of which webhook. */
export const sweepDeliveries = (pool: pg.Pool, now: string | null): Promise<z.infer<typeof swept>[]> =>
  run(pool, SWEEP, [now]);

const LOOKED_AT = 1_000;

/**
 * Cancels what has no payload any more and stands first in its lane, with what stands behind it: nothing puts it there,
 * but where it is, its lane counts as due. A scalar look-up for each, which no statistics turn into a join.
 */
const END_BODILESS: Statement<z.infer<typeof swept>> = {
  name: 'end_bodiless',
  text: `with recursive clock as (select coalesce($1::timestamptz, now()) as now),
    ${BUSY},
    lanes as (
      select busy.webhook_id from busy cross join lateral (
          (select p.event_id from delivery_pending p where p.webhook_id = busy.webhook_id
            order by p.next_attempt_at, p.id limit 1)
          union
          (select p.event_id from delivery_pending p where p.webhook_id = busy.webhook_id
            order by p.id limit 1)
        ) head
        where (select e.body is not null from event e where e.id = head.event_id limit 1) is not true
    ),
    over as (
      select p.id from lanes cross join lateral (
          (select p.id, p.event_id from delivery_pending p where p.webhook_id = lanes.webhook_id
            order by p.next_attempt_at, p.id limit ${LOOKED_AT})
          union
          (select p.id, p.event_id from delivery_pending p where p.webhook_id = lanes.webhook_id
            order by p.id limit ${LOOKED_AT})
        ) p
        where (select e.body is not null from event e where e.id = p.event_id limit 1) is not true
    ),
    ${endDeliveries({ from: 'over', where: 'p.id = over.id', status: `'cancelled'`, reason: `'erased'` })}
    select webhook_id, count(*)::int as count from ended group by webhook_id`,
  row: swept,
};

const worn = z.object({ webhook_id: z.string() });

/** By the rule of the recording of results, for whom this process or another ended between that and the disabling. */
const WORN_OUT: Statement<z.infer<typeof worn>> = {
  name: 'find_worn_out',
  text: `select l.webhook_id from lane l
      join webhook s on s.id = l.webhook_id and s.status = 'active' and s.deleted_at is null
    where ${wornOutSql('coalesce($1::timestamptz, now())')}
      and l.last_attempt_at >= l.failing_since + interval '${GIVE_UP_AFTER_HOURS} hours'`,
  row: worn,
};

/** Sweeps until nothing is left to end, so that a million of the past is gone in a minute and not in hours. */
export function createSweeping(
  {
    platform: { live },
    pool,
    clock,
    outage,
    isStopping,
  }: Pick<EngineParts, 'platform' | 'pool' | 'clock' | 'outage' | 'isStopping'>,
  onWornOut: (ids: readonly string[]) => void,
) {
  let isSweeping = false;

  async function sweepAll(): Promise<void> {
    for (let isMore = true; isMore && !isStopping(); ) {
      const ended = [
        ...(await sweepDeliveries(pool, clock.sqlNow())),
        ...(await run(pool, END_BODILESS, [clock.sqlNow()])),
      ];
      live.notify('deliveries', [...new Set(ended.map(({ webhook_id }) => webhook_id))]);
      isMore = ended.some(({ count }) => count >= LOOKED_AT);
    }
    if (!isStopping()) onWornOut((await run(pool, WORN_OUT, [clock.sqlNow()])).map((one) => one.webhook_id));
  }

  return {
    async sweep(): Promise<void> {
      if (isSweeping) return;
      isSweeping = true;
      await sweepAll().catch(outage.failed);
      isSweeping = false;
    },
  };
}
