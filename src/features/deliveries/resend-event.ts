import { getEvent } from '#features/events/get-event.ts';
import type { Scope } from '#platform/scope.ts';
import { conflict, invalid, Refusal } from '#platform/trpc/refusal.ts';
import { retryDelivery } from './retry-delivery.ts';
import { type Delivery, selectDeliveries } from './row.ts';
import type { RetryOutcome } from './schema.ts';

/** As many deliveries of the event are looked at. */
const MOST_DELIVERIES = 1_000;

export type Resent = {
  webhook_id: string;
  webhook_name: string;
  delivery_id: string;
  /** What happened, or null if it is not sent. */
  retry: RetryOutcome | null;
  /** Why it is not sent. */
  message: string | null;
};

/**
 * Sends an event again to all webhooks that have a delivery of it, or to some of them. For each webhook, it does what
 * retrying its newest delivery does, so calling it twice sends nothing twice. A webhook that can't be sent to, such as a
 * disabled one, is reported and does not stop the others.
 * @throws Refusal NOT_FOUND; CONFLICT when the payload is erased; VALIDATION for a webhook without a delivery of the event.
 */
export async function resendEvent(
  scope: Scope,
  { id, webhook_ids }: { id: string; webhook_ids?: readonly string[] | undefined },
): Promise<Resent[]> {
  const event = await getEvent(scope, id);
  if (event.body === null)
    throw conflict('The payload of this event is no longer stored. Publish the event again.', []);
  const newest = new Map<string, Delivery>();
  for (const delivery of await selectDeliveries(scope, { event_id: id, limit: MOST_DELIVERIES }))
    if (!newest.has(delivery.webhook_id)) newest.set(delivery.webhook_id, delivery);
  const unknown = webhook_ids?.findIndex((one) => !newest.has(one)) ?? -1;
  if (unknown >= 0)
    throw invalid({
      path: ['webhook_ids', String(unknown)],
      message: 'This webhook has no delivery of the event. GET /api/events/{id}/deliveries lists the deliveries.',
    });
  const resent: Resent[] = [];
  for (const [webhook_id, { id: delivery_id, webhook_name }] of newest) {
    if (webhook_ids && !webhook_ids.includes(webhook_id)) continue;
    try {
      const sent = await retryDelivery(scope, delivery_id);
      resent.push({ webhook_id, webhook_name, delivery_id: sent.id, retry: sent.retry, message: null });
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      resent.push({ webhook_id, webhook_name, delivery_id, retry: null, message: error.message });
    }
  }
  return resent;
}
