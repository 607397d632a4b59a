import { recordAudit } from '#platform/audit.ts';
import { notFound } from '#platform/refusal.ts';
import type { Scope } from '#platform/scope.ts';
import { inTransaction } from '#platform/transaction.ts';

/**
 * Deletes a connector and its log of sends.
 * @throws Refusal NOT_FOUND
 */
export async function deleteConnector(scope: Scope, id: string): Promise<void> {
  const connector = { id, organization_id: scope.organization_id };
  await inTransaction(scope.platform.database, async (tx) => {
    const before = await tx.connector.findFirst({ where: connector });
    const { count } = await tx.connector.deleteMany({ where: connector });
    if (!before || count === 0) throw notFound('connector');
    await recordAudit(tx, scope, {
      action: 'connector.deleted',
      target: { type: 'connector', id, name: before.name },
      details: { type: before.type },
    });
  });
}
