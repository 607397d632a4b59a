import { assertWebhook } from '#features/webhooks/assert-webhook.ts';
import type { Scope } from '#platform/scope.ts';
import { type Page, page } from '#platform/trpc/paging.ts';
import { selectDeliveries } from './row.ts';
import type { DeliveryStatus } from './schema.ts';

export type Question = Page & {
  id: string;
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
