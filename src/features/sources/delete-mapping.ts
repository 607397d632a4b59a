import { recordAudit } from '#platform/audit.ts';
import { inTransaction } from '#platform/postgres/transaction.ts';
import type { Scope } from '#platform/scope.ts';
import { notFound } from '#platform/trpc/refusal.ts';
import { getMapping, targetOf } from './mapping-row.ts';

/** @throws Refusal NOT_FOUND */
export async function deleteMapping(scope: Scope, id: string): Promise<void> {
  const { organization_id, platform } = scope;
  const before = await getMapping(scope, id);
  await inTransaction(platform.database, async (tx) => {
    const { count } = await tx.sourceMapping.deleteMany({ where: { id, organization_id } });
    if (count === 0) throw notFound('mapping');
    await recordAudit(tx, scope, { action: 'source_mapping.deleted', target: targetOf(id, before) });
  });
}
