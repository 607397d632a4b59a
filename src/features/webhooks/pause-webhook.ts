import { recordAudit } from '#platform/audit.ts';
import { inTransaction } from '#platform/postgres/transaction.ts';
import type { Scope } from '#platform/scope.ts';
import { conflict } from '#platform/trpc/refusal.ts';
import { getWebhook } from './get-webhook.ts';
import { lockWebhook } from './lock-webhook.ts';
import type { Webhook } from './row.ts';

/**
 * Pauses a webhook: events are collected, and nothing is sent until it is resumed. Requests in flight are completed.
 * Pausing a paused webhook changes nothing.
 * @throws Refusal NOT_FOUND, CONFLICT for a disabled webhook, which collects nothing.
 */
export async function pauseWebhook(scope: Scope, id: string): Promise<Webhook> {
  await inTransaction(scope.platform.database, async (tx) => {
    const before = await lockWebhook(tx, scope, id);
    if (before.status === 'disabled')
      throw conflict('This webhook is disabled and collects no events. Resume it first.', []);
    if (before.status === 'paused') return;
    await tx.webhook.update({
      where: { id },
      data: { status: 'paused', paused_at: new Date(), updated_at: new Date() },
    });
    await recordAudit(tx, scope, {
      action: 'webhook.paused',
      target: { type: 'webhook', id, name: before.target_url },
    });
  });
  scope.platform.live.notify('settings', [id]);
  return getWebhook(scope, id);
}
