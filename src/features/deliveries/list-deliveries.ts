import { z } from 'zod';
import { encodeCursor } from '#core/text/cursor.ts';
import { timeOfId } from '#core/uuid-v7.ts';
import { findEventIds } from '#features/events/find-event-ids.ts';
import { assertWebhook } from '#features/webhooks/assert-webhook.ts';
import { Prisma } from '#platform/generated/prisma/client.ts';
import type { Scope } from '#platform/scope.ts';
import type { Page } from '#platform/trpc/paging.ts';
import { findDeliveries, type Search } from './find-deliveries.ts';
import type { Delivery } from './row.ts';
import type { DeliveryFilters, MatchedBy } from './schema.ts';

export type ListedDelivery = Delivery & { matched_by: MatchedBy | null };

export type DeliveryPage = {
  items: ListedDelivery[];
  next_cursor: string | null;
  searched_back_to: Date | null;
};

/**
 * A page of the organization's deliveries, newest first, over all webhooks or one.
 * @throws Refusal NOT_FOUND for a webhook that does not exist.
 */
export async function listDeliveries(
  scope: Scope,
  { limit, cursor, ...filters }: Page & DeliveryFilters,
): Promise<DeliveryPage> {
  const { platform, organization_id } = scope;
  if (filters.webhook_id) await assertWebhook(scope, filters.webhook_id);
  return platform.read(organization_id, async (database) => {
    const ask = (statement: Prisma.Sql) => database.$queryRaw`${statement}`;
    const search: Search = { ...filters, organization_id, before: cursor, limit: limit + 1 };
    const found: Part[] = [];
    const find = async (matched_by: MatchedBy | null, narrowed: Partial<Search> = {}) => {
      const { rows, searched_back_to } = await findDeliveries(ask, { ...search, ...narrowed });
      found.push({ rows: rows.map((row) => ({ ...row, matched_by })), searched_back_to });
    };
    if (filters.search !== undefined) {
      const { by, ids, event_ids } = await findEventIds(ask, organization_id, filters.search);
      if (ids.length > 0) await find(by, { ids });
      if (event_ids.length > 0) await find(by, { event_ids });
    } else if (filters.around === undefined) {
      await find(filters.payload_contains === undefined ? null : 'payload');
    } else {
      const { from, to } = aroundOf(filters.around, filters.around_minutes);
      await find('creation', { since: from, until: to });
      const ids = await attemptedBetween(ask, search, from, to);
      if (ids.length > 0) await find('attempt', { ids });
    }
    return merge(found, limit);
  });
}

type Part = { rows: ListedDelivery[]; searched_back_to: string | null };

/** Several searches as one page: what is older than the end of one of them comes with the next page. */
function merge(found: readonly Part[], limit: number): DeliveryPage {
  const boundary = found.reduce<string | null>(
    (newest, { searched_back_to: one }) => (newest === null || (one !== null && one > newest) ? one : newest),
    null,
  );
  const rows = [
    ...new Map(
      found
        .flatMap(({ rows }) => rows)
        .toReversed()
        .map((row) => [row.id, row]),
    ).values(),
  ]
    .filter(({ id }) => boundary === null || id >= boundary)
    .sort((one, other) => (one.id < other.id ? 1 : -1));
  const items = rows.slice(0, limit);
  const last = items.at(-1)?.id;
  if (rows.length > limit && last !== undefined)
    return { items, next_cursor: encodeCursor(last), searched_back_to: null };
  return {
    items,
    next_cursor: boundary === null ? null : encodeCursor(boundary),
    searched_back_to: boundary === null ? null : timeOfId(boundary),
  };
}

const MINUTE_MS = 60_000;

/** From so many minutes before a time to so many after it. */
const aroundOf = (at: Date, minutes = 10) => ({
  from: new Date(at.getTime() - minutes * MINUTE_MS),
  to: new Date(at.getTime() + minutes * MINUTE_MS),
});

/** An attempt is stored when it is over: at most 60 s after its start, and later if PostgreSQL was not there. */
const STORED_WITHIN_MS = 2 * MINUTE_MS;
const MOST_ATTEMPTED = 1_000;

const attempted = z.array(z.object({ id: z.string() }));

/** The newest deliveries of before a time of which an attempt started between it and another. */
async function attemptedBetween(
  ask: (statement: Prisma.Sql) => Promise<unknown>,
  { organization_id, webhook_id, before }: Search,
  from: Date,
  to: Date,
): Promise<string[]> {
  const stored = new Date(to.getTime() + STORED_WITHIN_MS);
  const rows = await ask(Prisma.sql`
    select distinct a.delivery_id::text as id
      from webhook w cross join lateral (
        select a.delivery_id from attempt a
          where a.webhook_id = w.id and a.id >= uuid_from_time(${from}) and a.id < uuid_from_time(${stored})
            and a.started_at >= ${from} and a.started_at < ${to} and a.delivery_id < uuid_from_time(${from})
            ${before ? Prisma.sql`and a.delivery_id < ${before}::uuid` : Prisma.empty}
          order by a.id desc limit ${MOST_ATTEMPTED}) a
      where w.organization_id = ${organization_id} ${webhook_id ? Prisma.sql`and w.id = ${webhook_id}::uuid` : Prisma.empty}
      order by 1 desc limit ${MOST_ATTEMPTED}`);
  return attempted.parse(rows).map(({ id }) => id);
}
