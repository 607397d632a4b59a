import { signatureHeaders } from '#core/signing/signature.ts';
import { openWebhook } from '#features/webhooks/webhook-secrets.ts';
import type { Scope } from '#platform/scope.ts';
import { conflict, notFound } from '#platform/trpc/refusal.ts';
import { selectDeliveries } from './row.ts';

/**
 * The headers and the body for sending a delivery to its receiver by hand. They are signed with the current time, so a
 * receiver that checks the time accepts them. The webhook's own headers are left out, because they are credentials.
 * @throws Refusal NOT_FOUND, CONFLICT when the payload is erased or the webhook deleted.
 */
export async function deliveryAsCurl(scope: Scope, id: string) {
  const { database, secrets } = scope.platform;
  const [delivery] = await selectDeliveries(scope, { id, limit: 1 });
  if (!delivery) throw notFound('delivery');
  const webhook = await database.webhook.findFirst({ where: { id: delivery.webhook_id, deleted_at: null } });
  const event = await database.event.findUnique({ where: { id: delivery.event_id }, select: { body: true } });
  if (!webhook || !event?.body) throw conflict('The webhook or the payload of this event no longer exists.', []);
  const now = new Date();
  const { keys } = await openWebhook(secrets, webhook, now);
  return {
    url: webhook.target_url,
    headers: {
      'Content-Type': 'application/json',
      'X-Honeyframe-Event': delivery.event_type,
      'X-Honeyframe-Delivery': delivery.id,
      ...signatureHeaders(keys, {
        id: delivery.event_id,
        timestamp: Math.floor(now.getTime() / 1000),
        body: event.body,
      }),
    },
    body: event.body,
    left_out: webhook.header_names,
  };
}
