import { getEvent } from '#features/events/get-event.ts';
import type { Scope } from '#platform/scope.ts';
import { page } from '#platform/trpc/paging.ts';
import { notFound } from '#platform/trpc/refusal.ts';
import type { DeliveryStatus } from './schema.ts';
import { selectDeliveries } from './select-deliveries.ts';

type Question = {
  id: string;
  limit: number;
  cursor?: string | undefined;
  status?: DeliveryStatus | undefined;
  event_type?: string | undefined;
  since?: Date | undefined;
  until?: Date | undefined;
};

/**
 * A page of a webhook's deliveries, newest first.
 * @throws Refusal NOT_FOUND
 */
export async function listDeliveries(scope: Scope, { id, limit, cursor, ...filters }: Question) {
  await assertWebhook(scope, id);
  const rows = await selectDeliveries(scope, { ...filters, webhook_id: id, before: cursor, limit: limit + 1 });
  return page(rows, limit);
}

/**
 * A page of the deliveries of an event to all webhooks, newest first.
 * @throws Refusal NOT_FOUND
 */
export async function listEventDeliveries(
  scope: Scope,
  { id, limit, cursor }: Pick<Question, 'id' | 'limit' | 'cursor'>,
) {
  await getEvent(scope, id);
  return page(await selectDeliveries(scope, { event_id: id, before: cursor, limit: limit + 1 }), limit);
}

/** @throws Refusal NOT_FOUND */
export async function assertWebhook({ platform, organization_id }: Scope, id: string) {
  const where = { id, organization_id, deleted_at: null };
  const found = await platform.database.webhook.findFirst({
    where,
    select: { status: true, target_url: true, ordered: true },
  });
  if (!found) throw notFound('webhook');
  return found;
}
