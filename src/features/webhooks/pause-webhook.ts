import { recordAudit } from '#platform/audit.ts';
import { inTransaction, type Transaction } from '#platform/postgres/transaction.ts';
import type { Scope } from '#platform/scope.ts';
import { conflict, notFound } from '#platform/trpc/refusal.ts';
import { getWebhook } from './list-webhooks.ts';
import type { Webhook } from './select-webhooks.ts';

/**
 * Lets events wait: they are collected, and nothing is sent until the resume. What is under way ends. A second time does
 * nothing.
 * @throws Refusal NOT_FOUND, CONFLICT for a disabled webhook, which collects nothing.
 */
export async function pauseWebhook(scope: Scope, id: string): Promise<Webhook> {
  await inTransaction(scope.platform.database, async (tx) => {
    const before = await lockWebhook(tx, scope, id);
    if (before.status === 'disabled')
      throw conflict('This webhook is disabled and collects nothing: resume it first.', []);
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
  scope.platform.live.tell('settings', [id]);
  return getWebhook(scope, id);
}

/**
 * Sends what waited, with 24 hours from now on, or enables a disabled webhook, for which nothing waited. Its lane begins
 * without failures.
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
  platform.live.tell('settings', [id]);
  platform.live.tell('lanes', [id]);
  return getWebhook(scope, id);
}

/** @throws Refusal NOT_FOUND */
export async function lockWebhook(tx: Transaction, { organization_id }: Scope, id: string) {
  await tx.$queryRaw`select from webhook where id = ${id}::uuid for update`;
  const row = await tx.webhook.findFirst({ where: { id, organization_id, deleted_at: null } });
  if (!row) throw notFound('webhook');
  return row;
}
