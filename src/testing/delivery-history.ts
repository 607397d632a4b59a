import type { Platform } from '#platform/scope.ts';

const TABLES = ['delivery', 'attempt'];
/** A UUIDv7 of a time that no other row has. */
const ID = `(left(uuid_from_time(at)::text, 14) || '7' || right(gen_random_uuid()::text, 21))::uuid`;
const CHUNK = 250_000;

/**
 * Stores ended deliveries of the past, each with its attempt: so many a day for thirty days before today, and so many of
 * today. One in a hundred failed; one in ten thousand is of an event type that is rare.
 */
export async function storeHistory(
  { pool }: Pick<Platform, 'pool'>,
  organization_id: string,
  webhook_id: string,
  { aDay, today }: { aDay: number; today: number },
): Promise<void> {
  for (let ago = 30; ago >= 0; ago -= 1) {
    if (ago > 1) await pool.query(dayBefore(ago));
    for (let left = ago === 0 ? today : aDay; left > 0; left -= CHUNK)
      await pool.query(
        `with made as (
           select ${ID} as id, at, random() as luck from (
             select date_trunc('day', now() at time zone 'UTC') at time zone 'UTC' - make_interval(days => $3)
               + random() * least(interval '1 day', now() - date_trunc('day', now() at time zone 'UTC') at time zone 'UTC'
                 + make_interval(days => $3)) as at
             from generate_series(1, $4)) t
         ), stored as (
           insert into delivery (id, organization_id, webhook_id, event_id, event_type, origin, created_at, status,
               reason, attempt_count, last_attempt_at, last_status, deadline_at, ended_at)
             select id, $1, $2, id, case when luck < 0.0001 then 'dataset.deleted' else 'dataset.updated' end, 'event', at,
                 case when luck > 0.99 then 'failed' else 'delivered' end,
                 case when luck > 0.99 then 'expired' end, 1, at, 200, at + interval '24 hours', at
               from made
         )
         insert into attempt (id, delivery_id, webhook_id, number, started_at, outcome, queue_ms, total_ms,
             request_headers, status, response_headers, response_body)
           select id, id, $2, 1, at, 'delivered', 1, 5, '{"Content-Type":"application/json"}', 200, '[]', 'ok' from made`,
        [organization_id, webhook_id, ago, Math.min(CHUNK, left)],
      );
  }
  await pool.query('analyze');
}

/** The partitions of a day that is past: the console itself makes none before yesterday. */
export const dayBefore = (ago: number): string => `do $$
  declare
    day date := (now() at time zone 'UTC')::date - ${ago};
    parent text;
    name text;
  begin
    foreach parent in array array['${TABLES.join("', '")}'] loop
      name := parent || '_' || to_char(day, 'YYYYMMDD');
      continue when to_regclass('partition.' || name) is not null;
      execute format('create table "partition".%I (like "public".%I including all)', name, parent);
      execute format('alter table "public".%I attach partition "partition".%I for values from (%L) to (%L)', parent, name,
        uuid_from_time(day::timestamp at time zone 'UTC'), uuid_from_time((day + 1)::timestamp at time zone 'UTC'));
    end loop;
  end $$`;
