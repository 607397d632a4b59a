import type pg from 'pg';
import { z } from 'zod';
import { run, type Statement } from './statement.ts';

/** How long a lease lasts unless it is renewed. */
export const LEASE_SECONDS = 10;
/**
 * A lease that ends later than this was given while PostgreSQL's clock was ahead, and is void: the lane would stand still
 * for as long as the clock was set back. Twice a lease, for transactions that began before it was given see it longer.
 */
export const LONGEST_LEASE_SECONDS = 2 * LEASE_SECONDS;

/** What a lane's requests are made with. `version` changes whenever its webhook does. */
export const laneSettings = z.object({
  webhook_id: z.string(),
  version: z.number(),
  target_url: z.string(),
  sealed_secret: z.string().nullable(),
  sealed_previous_secret: z.string().nullable(),
  previous_secret_until: z.date().nullable(),
  sealed_headers: z.string().nullable(),
  concurrency: z.int(),
  rate_limit: z.int().nullable(),
  ordered: z.boolean(),
  status: z.enum(['active', 'paused', 'disabled']),
  resumed_at: z.date().nullable(),
});
export type LaneSettings = z.infer<typeof laneSettings>;

export const SETTINGS = `s.id as webhook_id, date_part('epoch', s.updated_at) as version, s.target_url, s.sealed_secret,
  s.sealed_previous_secret, s.previous_secret_until, s.sealed_headers, s.concurrency, s.rate_limit, s.ordered, s.status, s.resumed_at`;

const claimedLane = laneSettings.extend({
  lease_token: z.string(),
  consecutive_failures: z.int(),
  recall: z.int(),
  /** What the bucket of the rate limit held when the lane was last given back, and how long ago; null for never. */
  tokens: z.number(),
  tokens_age_s: z.number().nullable(),
  database_now: z.date(),
});
export type ClaimedLane = z.infer<typeof claimedLane>;

/** Every lane with something pending, by one probe of the index for each: lanes without work cost nothing. */
const BUSY = `with recursive busy as (
    (select webhook_id from delivery_pending order by webhook_id limit 1)
    union all
    select next.webhook_id from busy cross join lateral (
      select webhook_id from delivery_pending p where p.webhook_id > busy.webhook_id
      order by webhook_id limit 1) next
  )`;
const GIVEN = `with busy as (select unnest($4::uuid[]) as webhook_id)`;

/**
 * A holder that ended without giving its lane back may have sent until its lease ended: its bucket counts as empty then.
 * Of an ordered lane only the oldest delivery counts, however many later ones are due.
 */
const claim = (busy: string) => `${busy}, due as (
    select l.webhook_id, case when l.lease_token is null then l.tokens else 0 end as tokens,
        date_part('epoch', now() - case when l.lease_token is null then l.tokens_at else l.lease_until end) as tokens_age_s
      from busy
      join webhook s on s.id = busy.webhook_id and s.status = 'active' and s.deleted_at is null
      join lane l on l.webhook_id = s.id
      cross join lateral (
        (select next_attempt_at from delivery_pending p where not s.ordered and p.webhook_id = s.id
          order by next_attempt_at, id limit 1)
        union all
        (select next_attempt_at from delivery_pending p where s.ordered and p.webhook_id = s.id
          order by id limit 1)
      ) head
    where head.next_attempt_at <= coalesce($1::timestamptz, now())
      and (l.lease_until is null or l.lease_until <= now()
        or l.lease_until > now() + interval '${LONGEST_LEASE_SECONDS} seconds')
    limit $2 for update of l skip locked
  )
  update lane l set lease_token = gen_random_uuid(), lease_until = now() + interval '${LEASE_SECONDS} seconds',
      lease_holder = $3, recall_seen = l.recall
    from due join webhook s on s.id = due.webhook_id
    where l.webhook_id = due.webhook_id
    returning ${SETTINGS}, l.lease_token, l.consecutive_failures, l.recall, due.tokens, due.tokens_age_s,
      now() as database_now`;

const ALL: Statement<ClaimedLane> = { name: 'claim_lanes', text: claim(BUSY), row: claimedLane };
const SOME: Statement<ClaimedLane> = { name: 'claim_some_lanes', text: claim(GIVEN), row: claimedLane };

/**
 * Leases lanes that are free, or whose lease ran out, and that have something due. A lane that somebody else is claiming
 * is passed by.
 * @param holder names this run of the engine, and no other.
 * @param webhook_ids whose lanes to look at; all when null.
 */
export const claimLanes = (
  pool: pg.Pool,
  {
    now,
    most,
    holder,
    webhook_ids,
  }: { now: string | null; most: number; holder: string; webhook_ids: readonly string[] | null },
): Promise<ClaimedLane[]> =>
  webhook_ids === null ? run(pool, ALL, [now, most, holder]) : run(pool, SOME, [now, most, holder, webhook_ids]);
