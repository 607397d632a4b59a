import type pg from 'pg';
import { z } from 'zod';
import { deadlineSql } from '#features/events/end-deliveries.ts';
import { run, type Statement } from './statement.ts';

/** A delivery that is due, with what is to be sent. Times in milliseconds since 1970: dates take longer to parse. */
const dueDelivery = z.object({
  webhook_id: z.string(),
  version: z.number(),
  id: z.string(),
  /** Of the attempt that this leads to, chosen by PostgreSQL's clock. */
  attempt_id: z.string(),
  event_id: z.string(),
  event_type: z.string(),
  body: z.string(),
  attempt_count: z.int(),
  next_attempt_at: z.number(),
  deadline_at: z.number(),
  /** How many of its lane were found; what is large is left for the next time. */
  found: z.int(),
});
export type DueDelivery = z.infer<typeof dueDelivery> & {
  /** It has ended meanwhile, or its lane is lost: a request that is not on its way yet is not sent. */
  calledOff?: boolean;
};

/** How many a lane wants, beginning after the place to which it has read. */
export type Refill = { webhook_id: string; want: number; after_at: string; after_id: string };

/** The place before all. */
export const FROM_THE_START = { after_at: '-infinity', after_id: '00000000-0000-0000-0000-000000000000' };

const COLUMNS = 'p.id, p.event_id, p.event_type, p.attempt_count, p.next_attempt_at, p.created_at';

/** What has no payload any more takes no place among what is read; the sweep ends it. */
const BODY = '(select body from event e where e.id = p.event_id and e.body is not null limit 1)';

/** Of one lane's bodies at a time, the first beyond included: bounds the memory of many lanes with large events. */
const MOST_BYTES = 128 * 1024;

const REFILL: Statement<DueDelivery> = {
  name: 'refill_lanes',
  text: `select s.id as webhook_id, date_part('epoch', s.updated_at) as version, p.id, uuidv7() as attempt_id,
      p.event_id, p.event_type, p.body, p.attempt_count,
      date_part('epoch', p.next_attempt_at) * 1000 as next_attempt_at,
      date_part('epoch', ${deadlineSql('p.created_at')}) * 1000 as deadline_at, p.found
    from unnest($2::uuid[], $3::int[], $4::timestamptz[], $5::uuid[]) as w(webhook_id, want, after_at, after_id)
      join webhook s on s.id = w.webhook_id and s.status = 'active' and s.deleted_at is null
      cross join lateral (
        select p.*, (count(*) over ())::int as found,
            sum(octet_length(p.body)) over (order by p.next_attempt_at, p.id) - octet_length(p.body) as bytes_before
          from (
            (select ${COLUMNS}, e.body from delivery_pending p cross join lateral ${BODY} e
              where not s.ordered and p.webhook_id = w.webhook_id
                and p.next_attempt_at <= coalesce($1::timestamptz, now())
                and (p.next_attempt_at, p.id) > (w.after_at, w.after_id)
                and p.id <> all($6::uuid[])
              order by p.next_attempt_at, p.id limit w.want)
            union all
            (select * from (
              select ${COLUMNS}, e.body from delivery_pending p cross join lateral ${BODY} e
              where s.ordered and p.webhook_id = w.webhook_id
              order by p.id limit 1) p
              where p.next_attempt_at <= coalesce($1::timestamptz, now()) and p.id <> all($6::uuid[]))
          ) p
      ) p
    where p.bytes_before < ${MOST_BYTES}`,
  row: dueDelivery,
};

/**
 * Reads what is due in lanes that this process holds; no row is written or locked.
 * @param except deliveries that are under way, or whose end is not recorded yet.
 */
export const refillLanes = (
  pool: pg.Pool,
  now: string | null,
  refills: readonly Refill[],
  except: readonly string[],
): Promise<DueDelivery[]> =>
  run(pool, REFILL, [
    now,
    refills.map(({ webhook_id }) => webhook_id),
    refills.map(({ want }) => want),
    refills.map(({ after_at }) => after_at),
    refills.map(({ after_id }) => after_id),
    except,
  ]);
