import { recordAudit } from '#platform/audit.ts';
import { inTransaction } from '#platform/postgres/transaction.ts';
import type { Scope } from '#platform/scope.ts';
import { getWebhook } from './get-webhook.ts';
import { lockWebhook } from './lock-webhook.ts';
import type { Webhook } from './row.ts';

/**
 * Resumes a paused webhook, whose pending deliveries get 24 hours from now on, or enables a disabled one, which has no
 * pending deliveries. The count of failures starts over.
 * @throws Refusal NOT_FOUND
 */
export async function resumeWebhook(scope: Scope, id: string): Promise<Webhook> {
  const { platform } = scope;
  await inTransaction(platform.database, async (tx) => {
    const before = await lockWebhook(tx, scope, id);
    if (before.status === 'active') return;
    await tx.$executeRaw`
      update webhook set status = 'active', paused_at = null, disabled_at = null, disabled_reason = null,
        resumed_at = now(), updated_at = now() where id = ${id}::uuid`;
    await tx.lane.update({ where: { webhook_id: id }, data: { consecutive_failures: 0, failing_since: null } });
    await recordAudit(tx, scope, {
      action: before.status === 'paused' ? 'webhook.resumed' : 'webhook.enabled',
      target: { type: 'webhook', id, name: before.target_url },
    });
  });
  platform.live.notify('settings', [id]);
  platform.live.notify('lanes', [id]);
  return getWebhook(scope, id);
}
