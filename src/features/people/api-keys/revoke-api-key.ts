import { recordAudit } from '#platform/audit.ts';
import { inTransaction } from '#platform/postgres/transaction.ts';
import type { Scope } from '#platform/scope.ts';
import { notFound } from '#platform/trpc/refusal.ts';
import { forgetApiKeys } from './find-api-key.ts';
import { toApiKey } from './row.ts';

/**
 * Ends an API key: at once in this process, and within a second in every other. Revoking it again changes nothing.
 * @throws Refusal NOT_FOUND
 */
export async function revokeApiKey(scope: Scope, id: string) {
  const key = { id, organization_id: scope.organization_id };
  const revoked = await inTransaction(scope.platform.database, async (tx) => {
    const { count } = await tx.apiKey.updateMany({
      where: { ...key, revoked_at: null },
      data: { revoked_at: new Date() },
    });
    const row = await tx.apiKey.findFirst({ where: key });
    if (!row) throw notFound('API key');
    if (count === 1) {
      await recordAudit(tx, scope, {
        action: 'api_key.revoked',
        severity: 'security',
        target: { type: 'api_key', id, name: row.name },
        details: { prefix: row.prefix },
      });
    }
    return toApiKey(row);
  });
  forgetApiKeys(scope.platform);
  return revoked;
}
