import { z } from 'zod';
import { deadlineSql } from '#features/events/end-deliveries.ts';
import { webhookName } from '#features/webhooks/webhook-name.ts';
import { Prisma } from '#platform/generated/prisma/client.ts';
import { shared } from '#platform/postgres/shared-read.ts';
import type { Scope } from '#platform/scope.ts';
import { DELIVERY_ORIGINS, DELIVERY_STATUSES } from './schema.ts';

const rows = z.array(
  z
    .object({
      id: z.string(),
      webhook_id: z.string(),
      event_id: z.string(),
      event_type: z.string(),
      subject: z.string().nullable(),
      target_url: z.string(),
      description: z.string(),
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
    })
    .transform(({ description, ...row }) => ({
      ...row,
      webhook_name: webhookName({ description, target_url: row.target_url }),
      retrying: row.status === 'pending' && row.attempt_count > 0,
    })),
);

export type Delivery = z.infer<typeof rows>[number];

/** The columns that both tables of deliveries have, of a row `d`. */
const COMMON = Prisma.raw(`d.id, d.webhook_id, d.event_id, d.event_type, d.origin, d.attempt_count, d.created_at,
  d.last_attempt_at, d.last_status, d.last_error_code`);

/** What is selected of a row `d` of `delivery_pending`, so that it stands beside one of `delivery`. */
export const PENDING_COLUMNS = Prisma.sql`${COMMON}, 'pending' as status, null::text as reason, d.next_attempt_at,
  null::timestamptz as deadline_at, null::timestamptz as ended_at`;

export const ENDED_COLUMNS = Prisma.sql`${COMMON}, d.status, d.reason, null::timestamptz as next_attempt_at,
  d.deadline_at, d.ended_at`;

const DEADLINE = Prisma.raw(deadlineSql('d.created_at'));

/**
 * Deliveries with what is shown of their events and webhooks, newest first.
 * @param parts selects of `PENDING_COLUMNS` and `ENDED_COLUMNS`.
 */
export const deliveriesOf = (parts: readonly Prisma.Sql[], limit: number): Prisma.Sql => Prisma.sql`
  select d.id::text as id, d.webhook_id::text as webhook_id, d.event_id::text as event_id, d.event_type, e.subject,
      s.target_url, s.description, d.origin, d.status, d.reason, d.attempt_count, d.created_at, d.next_attempt_at,
      d.last_attempt_at, d.last_status, d.last_error_code, d.ended_at,
      case when d.status = 'pending' and s.status <> 'paused' then ${DEADLINE} else d.deadline_at end as deadline_at
    from (select * from (${Prisma.join(parts.slice(), ' union all ')}) d order by d.id desc limit ${limit}) d
      join webhook s on s.id = d.webhook_id
      left join event e on e.id = d.event_id
    order by d.id desc`;

export const toDeliveries = (found: unknown): Delivery[] => rows.parse(found);

type Which = { id?: string; webhook_id?: string; event_id?: string; before?: string | undefined; limit: number };

/** The deliveries of an event, or one by its id; newest first. */
export async function selectDeliveries({ platform, organization_id }: Scope, which: Which): Promise<Delivery[]> {
  const { id, webhook_id, event_id, before, limit } = which;
  const where = Prisma.join(
    [
      Prisma.sql`d.organization_id = ${organization_id}`,
      ...(id ? [Prisma.sql`d.id = ${id}::uuid`] : []),
      ...(webhook_id ? [Prisma.sql`d.webhook_id = ${webhook_id}::uuid`] : []),
      // A delivery is newer than its event.
      ...(event_id ? [Prisma.sql`d.event_id = ${event_id}::uuid and d.id >= ${event_id}::uuid`] : []),
      ...(before ? [Prisma.sql`d.id < ${before}::uuid`] : []),
    ],
    ' and ',
  );
  const parts = [
    Prisma.sql`(select ${PENDING_COLUMNS} from delivery_pending d where ${where} order by d.id desc limit ${limit})`,
    Prisma.sql`(select ${ENDED_COLUMNS} from delivery d where ${where} order by d.id desc limit ${limit})`,
  ];
  const found = await shared(
    { platform, organization_id },
    id,
    (database) => database.$queryRaw`${deliveriesOf(parts, limit)}`,
  );
  return toDeliveries(found);
}
