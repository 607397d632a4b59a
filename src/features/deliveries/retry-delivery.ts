import { z } from 'zod';
import { recordAudit } from '#platform/audit.ts';
import { conflict, notFound } from '#platform/refusal.ts';
import type { Scope } from '#platform/scope.ts';
import { inTransaction, untilAnswered } from '#platform/transaction.ts';
import { assertWebhook } from './list-deliveries.ts';
import { type Delivery, selectDeliveries } from './select-deliveries.ts';

const made = z.array(z.object({ id: z.string() })).max(1);

/**
 * Sends a delivery's event again: a new delivery of the same event, at once, with 24 hours of its own. What was before
 * stays as it was.
 * @throws Refusal NOT_FOUND; CONFLICT when the payload is erased or dropped, or the webhook is disabled.
 */
export async function retryDelivery(scope: Scope, id: string): Promise<Delivery> {
  const { platform, organization_id } = scope;
  const [delivery] = await selectDeliveries(scope, { id, limit: 1 });
  if (!delivery) throw notFound('delivery');
  const { status, target_url } = await assertWebhook(scope, delivery.webhook_id);
  if (status === 'disabled') throw conflict('This webhook is disabled: resume it, then retry.', []);
  const fresh = await inTransaction(platform.database, async (tx) => {
    const [row] = made.parse(
      await tx.$queryRaw`
        insert into delivery_pending (organization_id, subscription_id, event_id, event_type, origin)
          select organization_id, ${delivery.webhook_id}::uuid, id, event_type, 'manual' from event
            where id = ${delivery.event_id}::uuid and organization_id = ${organization_id} and body is not null
            for share
          returning id::text as id`,
    );
    // The lock and the look are one: an erasure is over before it, or finds the new delivery.
    if (!row) throw conflict('The payload of this event is not kept any more: publish it anew.', []);
    await recordAudit(tx, scope, {
      action: 'delivery.retried',
      target: { type: 'webhook', id: delivery.webhook_id, name: target_url },
      details: { delivery_id: id, new_delivery_id: row.id, event_id: delivery.event_id },
    });
    return row.id;
  });
  platform.live.tell('lanes', [delivery.webhook_id]);
  platform.live.tell('deliveries', [delivery.webhook_id]);
  const [queued] = await untilAnswered(() => selectDeliveries(scope, { id: fresh, limit: 1 }));
  if (!queued) throw notFound('delivery');
  return queued;
}
