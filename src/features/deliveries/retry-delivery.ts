import { z } from 'zod';
import { assertWebhook } from '#features/webhooks/assert-webhook.ts';
import { recordAudit } from '#platform/audit.ts';
import { inTransaction, type Transaction, untilAnswered } from '#platform/postgres/transaction.ts';
import type { Scope } from '#platform/scope.ts';
import { conflict, notFound } from '#platform/trpc/refusal.ts';
import { type Delivery, selectDeliveries } from './row.ts';
import type { RetryOutcome } from './schema.ts';

/** A second retry within this time counts as a double click or a repeated request. */
const DOUBLE_CLICK_SECONDS = 5;

const ids = z.array(z.object({ id: z.string() })).max(1);
const pendingRows = z.array(z.object({ id: z.string(), is_first: z.boolean(), due_at: z.date() }));

type Retried = { id: string; retry: RetryOutcome };

/**
 * Sends a delivery now. A pending delivery becomes due and keeps its id; no second one is created. If the delivery has
 * ended, a new delivery of the same event is created, with 24 hours of its own, unless one is pending or was created in
 * the last seconds: then that one is used. Ended deliveries never change.
 * @returns the delivery that is sent, and in `retry` what happened
 * @throws Refusal NOT_FOUND; CONFLICT when the payload is erased or dropped, or the webhook is disabled.
 */
export async function retryDelivery(scope: Scope, id: string): Promise<Delivery & { retry: RetryOutcome }> {
  const { platform } = scope;
  const [delivery] = await selectDeliveries(scope, { id, limit: 1 });
  if (!delivery) throw notFound('delivery');
  const { webhook_id } = delivery;
  const webhook = await assertWebhook(scope, webhook_id);
  if (webhook.status === 'disabled')
    throw conflict('This webhook is disabled. Resume it, then retry the delivery.', []);
  const retried = await inTransaction(platform.database, (tx) => retryWithin(tx, scope, delivery, webhook));
  platform.live.notify('lanes', [webhook_id]);
  platform.live.notify('deliveries', [webhook_id]);
  const [sent] = await untilAnswered(() => selectDeliveries(scope, { id: retried.id, limit: 1 }));
  if (!sent) throw notFound('delivery');
  return { ...sent, retry: retried.retry };
}

async function retryWithin(
  tx: Transaction,
  scope: Scope,
  delivery: Delivery,
  webhook: Awaited<ReturnType<typeof assertWebhook>>,
): Promise<Retried> {
  const { organization_id } = scope;
  const { webhook_id, event_id } = delivery;
  // Retries of one event run one after another. An erasure has either finished before, or finds the new delivery.
  const kept = ids.parse(
    await tx.$queryRaw`
      select id::text as id from event
        where id = ${event_id}::uuid and organization_id = ${organization_id} and body is not null for no key update`,
  );
  if (kept.length === 0) throw conflict('The payload of this event is no longer stored. Publish the event again.', []);
  const audit = (details: Record<string, string>) =>
    recordAudit(tx, scope, {
      action: 'delivery.retried',
      target: { type: 'webhook', id: webhook_id, name: webhook.target_url },
      details: { delivery_id: delivery.id, event_id, ...details },
    });

  const [pending] = await findPending(tx, delivery);
  if (pending) {
    // Not now(), which is the start of the transaction, before it waited for another retry.
    const changed = await tx.$executeRaw`
      update delivery_pending set next_attempt_at = date_trunc('milliseconds', clock_timestamp())
        where id = ${pending.id}::uuid and next_attempt_at > clock_timestamp()`;
    if (changed > 0)
      await audit({
        was_due_at: pending.due_at.toISOString(),
        ...(pending.id !== delivery.id && { pending_delivery_id: pending.id }),
      });
    if (webhook.status === 'paused') return { id: pending.id, retry: 'waits_for_resume' };
    if (webhook.ordered && !pending.is_first) return { id: pending.id, retry: 'waits_for_earlier' };
    return { id: pending.id, retry: changed > 0 ? 'due_now' : 'already_due' };
  }

  const [justEnded] = ids.parse(
    await tx.$queryRaw`
      select id::text as id from delivery
        where event_id = ${event_id}::uuid and webhook_id = ${webhook_id}::uuid and origin = 'manual'
          and id > ${delivery.id}::uuid
          and id >= uuid_from_time(clock_timestamp() - make_interval(secs => ${DOUBLE_CLICK_SECONDS}))
        order by id desc limit 1`,
  );
  if (justEnded) return { id: justEnded.id, retry: 'already_sent' };

  const [made] = ids.parse(
    await tx.$queryRaw`
      insert into delivery_pending (organization_id, webhook_id, event_id, event_type, origin)
        values (${organization_id}, ${webhook_id}::uuid, ${event_id}::uuid, ${delivery.event_type}, 'manual')
        returning id::text as id`,
  );
  if (!made) throw new Error('An insert of one row returned none.');
  await audit({ new_delivery_id: made.id });
  return { id: made.id, retry: 'new_delivery' };
}

/** The delivery itself if it is pending, otherwise the newest pending one of the same event and webhook. */
const findPending = async (tx: Transaction, { id, webhook_id, event_id }: Delivery) =>
  pendingRows.parse(
    await tx.$queryRaw`
      select p.id::text as id, p.next_attempt_at as due_at,
          not exists (select from delivery_pending o where o.webhook_id = p.webhook_id and o.id < p.id) as is_first
        from delivery_pending p where p.event_id = ${event_id}::uuid and p.webhook_id = ${webhook_id}::uuid
        order by p.id = ${id}::uuid desc, p.id desc limit 1`,
  );
