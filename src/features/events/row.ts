import { z } from 'zod';
import { memberSource } from '#core/json/json-source.ts';
import { readJson } from '#core/json/user-json.ts';
import { Prisma } from '#platform/generated/prisma/client.ts';
import { shared } from '#platform/postgres/shared-read.ts';
import type { Scope } from '#platform/scope.ts';
import { EVENT_ORIGINS } from './publish-events.ts';

const counts = z.object({ pending: z.int(), delivered: z.int(), failed: z.int(), cancelled: z.int() });
const rows = z.array(
  z.object({
    id: z.string(),
    event_type: z.string(),
    subject: z.string().nullable(),
    occurred_at: z.date(),
    created_at: z.date(),
    origin: z.enum(EVENT_ORIGINS),
    actor: z.object({ type: z.enum(['user', 'api_key', 'agent', 'system']), id: z.string(), name: z.string() }),
    idempotency_key: z.string().nullable(),
    erased_at: z.date().nullable(),
    body: z.string().nullable(),
    deliveries: counts,
  }),
);

const NOW_FAR_AHEAD = new Date('9999-12-31T00:00:00Z');

type Filters = {
  id?: string;
  before?: string | undefined;
  event_type?: string | undefined;
  subject?: string | undefined;
  /** Only these, instead of all. */
  ids?: readonly string[] | undefined;
  since?: Date | undefined;
  until?: Date | undefined;
  limit: number;
};

/** The organization's events, newest first, without those of test sends, each with how its deliveries stand. */
export async function selectEvents({ platform, organization_id }: Scope, filters: Filters) {
  const { id, ids, before, event_type, subject, since, until = NOW_FAR_AHEAD, limit } = filters;
  const where = [
    Prisma.sql`organization_id = ${organization_id}`,
    id ? Prisma.sql`id = ${id}::uuid` : Prisma.sql`origin <> 'test'`,
    // Times are bounds of ids, so that whole days are left out.
    Prisma.sql`id < uuid_from_time(${until})`,
    ...(since ? [Prisma.sql`id >= uuid_from_time(${since})`] : []),
    ...(before ? [Prisma.sql`id < ${before}::uuid`] : []),
    ...(ids ? [Prisma.sql`id = any(${ids}::uuid[])`] : []),
    ...(subject ? [Prisma.sql`subject = ${subject}`] : []),
    ...(event_type ? [Prisma.sql`event_type = ${event_type}`] : []),
  ];
  const found = await shared(
    { platform, organization_id },
    id,
    (database) => database.$queryRaw`
    select e.id::text as id, e.event_type, e.subject, e.occurred_at, e.created_at, e.origin, e.idempotency_key, e.erased_at, e.body,
      json_build_object('type', e.actor_type, 'id', e.actor_id, 'name', e.actor_name) as actor,
      json_build_object(
        'pending', (select count(*) from (select from delivery_pending p where p.event_id = e.id limit 1000) p),
        'delivered', count(d) filter (where d.status = 'delivered'),
        'failed', count(d) filter (where d.status = 'failed'),
        'cancelled', count(d) filter (where d.status = 'cancelled')) as deliveries
    from (select * from event where ${Prisma.join(where, ' and ')} order by id desc limit ${limit}) e
      left join lateral (
        select status from delivery where delivery.event_id = e.id and delivery.id >= e.id limit 1000
      ) d on true
    group by e.id, e.event_type, e.subject, e.occurred_at, e.created_at, e.origin, e.idempotency_key, e.erased_at, e.body,
      e.actor_type, e.actor_id, e.actor_name
    order by e.id desc`,
  );
  return rows.parse(found).map((row) => ({ ...row, data: dataOf(row.body) }));
}

const dataOf = (body: string | null): unknown =>
  body === null ? null : readJson(memberSource(body, 'data') ?? 'null');
