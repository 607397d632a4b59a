import { recordAudit } from '#platform/audit.ts';
import { inTransaction } from '#platform/postgres/transaction.ts';
import type { Scope } from '#platform/scope.ts';
import { notFound } from '#platform/trpc/refusal.ts';
import { cancelPending } from './cancel-pending.ts';

/**
 * Deletes a webhook with its secrets, and cancels its pending deliveries. Deliveries that have ended stay in the log.
 * @throws Refusal NOT_FOUND
 */
export async function deleteWebhook(scope: Scope, id: string): Promise<void> {
  const { platform, organization_id } = scope;
  await inTransaction(platform.database, async (tx) => {
    const where = { id, organization_id, deleted_at: null };
    const before = await tx.webhook.findFirst({ where, select: { target_url: true } });
    const { count } = await tx.webhook.updateMany({
      where,
      data: {
        deleted_at: new Date(),
        sealed_secret: null,
        sealed_previous_secret: null,
        previous_secret_until: null,
        sealed_headers: null,
      },
    });
    if (!before || count === 0) throw notFound('webhook');
    await recordAudit(tx, scope, {
      action: 'webhook.deleted',
      target: { type: 'webhook', id, name: before.target_url },
    });
  });
  platform.live.notify('settings', [id]);
  await cancelPending(platform, id, 'deleted');
}
