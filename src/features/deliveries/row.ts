import { z } from 'zod';
import { deadlineSql } from '#features/events/end-deliveries.ts';
import { Prisma } from '#platform/generated/prisma/client.ts';
import { shared } from '#platform/postgres/shared-read.ts';
import type { Scope } from '#platform/scope.ts';
import { DELIVERY_ORIGINS, DELIVERY_STATUSES, type DeliveryStatus } from './schema.ts';

const rows = z.array(
  z.object({
    id: z.string(),
    webhook_id: z.string(),
    event_id: z.string(),
    event_type: z.string(),
    target_url: z.string(),
    origin: z.enum(DELIVERY_ORIGINS),
    status: z.enum(DELIVERY_STATUSES),
    reason: z.string().nullable(),
    attempt_count: z.int(),
    created_at: z.date(),
    next_attempt_at: z.date().nullable(),
    last_attempt_at: z.date().nullable(),
    last_status: z.int().nullable(),
    last_error_code: z.string().nullable(),
    deadline_at: z.date().nullable(),
    ended_at: z.date().nullable(),
  }),
);

export type DeliveryFilters = {
  id?: string;
  webhook_id?: string;
  event_id?: string;
  before?: string | undefined;
  status?: DeliveryStatus | undefined;
  event_type?: string | undefined;
  since?: Date | undefined;
  until?: Date | undefined;
  limit: number;
};

const COMMON = Prisma.sql`d.id, d.webhook_id, d.event_id, d.event_type, d.origin, d.attempt_count, d.created_at,
  d.last_attempt_at, d.last_status, d.last_error_code`;

const DEADLINE = Prisma.raw(deadlineSql('d.created_at'));

/**
 * The organization's deliveries, newest first. Pending and ended ones are in two tables, and each is read only as far as
 * the page needs. Bounds on time become bounds on ids, so that whole partitions are skipped.
 */
export async function selectDeliveries({ platform, organization_id }: Scope, filters: DeliveryFilters) {
  const { id, webhook_id, event_id, before, status, event_type, since, until, limit } = filters;
  const where = Prisma.join(
    [
      Prisma.sql`d.organization_id = ${organization_id}`,
      ...(id ? [Prisma.sql`d.id = ${id}::uuid`] : []),
      ...(webhook_id ? [Prisma.sql`d.webhook_id = ${webhook_id}::uuid`] : []),
      // A delivery is newer than its event.
      ...(event_id ? [Prisma.sql`d.event_id = ${event_id}::uuid and d.id >= ${event_id}::uuid`] : []),
      ...(before ? [Prisma.sql`d.id < ${before}::uuid`] : []),
      ...(since ? [Prisma.sql`d.id >= uuid_from_time(${since})`] : []),
      ...(until ? [Prisma.sql`d.id < uuid_from_time(${until})`] : []),
      ...(event_type ? [Prisma.sql`d.event_type = ${event_type}`] : []),
    ],
    ' and ',
  );
  const pending = Prisma.sql`
    (select ${COMMON}, 'pending' as status, null::text as reason, d.next_attempt_at, null::timestamptz as deadline_at,
        null::timestamptz as ended_at
      from delivery_pending d where ${where} order by d.id desc limit ${limit})`;
  const ended = Prisma.sql`
    (select ${COMMON}, d.status, d.reason, null::timestamptz as next_attempt_at, d.deadline_at, d.ended_at
      from delivery d where ${where} ${status ? Prisma.sql`and d.status = ${status}` : Prisma.empty}
      order by d.id desc limit ${limit})`;
  const parts = [...(!status || status === 'pending' ? [pending] : []), ...(status === 'pending' ? [] : [ended])];
  const found = await shared(
    { platform, organization_id },
    filters.id,
    (database) => database.$queryRaw`
    select d.id::text as id, d.webhook_id::text as webhook_id, d.event_id::text as event_id, d.event_type,
        s.target_url, d.origin,
        d.status, d.reason, d.attempt_count, d.created_at, d.next_attempt_at, d.last_attempt_at, d.last_status,
        d.last_error_code, d.ended_at,
        case when d.status = 'pending' and s.status <> 'paused'
          then ${DEADLINE} else d.deadline_at end as deadline_at
      from (${Prisma.join(parts, ' union all ')}) d join webhook s on s.id = d.webhook_id
      order by d.id desc limit ${limit}`,
  );
  return rows.parse(found);
}

export type Delivery = z.infer<typeof rows>[number];
