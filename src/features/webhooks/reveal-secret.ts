import { recordAudit } from '#platform/audit.ts';
import { inTransaction } from '#platform/postgres/transaction.ts';
import type { Scope } from '#platform/scope.ts';
import { lockWebhook } from './lock-webhook.ts';
import { openSecret } from './webhook-secrets.ts';

/**
 * Returns a webhook's signing secret to a person, and records who saw it in the audit log. During a rotation, it is the
 * newer one.
 * @throws Refusal NOT_FOUND
 */
export async function revealSecret(scope: Scope, id: string): Promise<{ secret: string }> {
  const { database, secrets } = scope.platform;
  return inTransaction(database, async (tx) => {
    const row = await lockWebhook(tx, scope, id);
    await recordAudit(tx, scope, {
      action: 'webhook.secret_revealed',
      severity: 'security',
      target: { type: 'webhook', id, name: row.target_url },
    });
    return { secret: await openSecret(secrets, row) };
  });
}
