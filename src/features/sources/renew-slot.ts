import { recordAudit } from '#platform/audit.ts';
import { inTransaction } from '#platform/postgres/transaction.ts';
import type { Scope } from '#platform/scope.ts';
import { conflict } from '#platform/trpc/refusal.ts';
import { getSource } from './get-source.ts';
import { sourceAddressOf } from './stream/source-connection.ts';

/**
 * Requests a new slot to replace a lost one. The reader creates it within seconds, and reports the missed changes as a gap
 * for each table.
 * @throws Refusal CONFLICT if the slot is not lost, because replacing it would lose the changes that it holds.
 */
export async function renewSlot(scope: Scope) {
  const { shown: address } = sourceAddressOf(scope.platform);
  await inTransaction(scope.platform.database, async (tx) => {
    const row = await tx.source.findFirst({ where: { address }, orderBy: { created_at: 'desc' } });
    const { count } = await tx.source.updateMany({
      where: { database_key: row?.database_key ?? '', needs_new_slot: true },
      data: { new_slot_asked_at: new Date() },
    });
    if (!row || count === 0) throw conflict('The slot is not lost. A new slot can only replace a lost one.', []);
    await recordAudit(tx, scope, {
      action: 'source.slot_renewed',
      target: { type: 'source', id: row.slot_name, name: address },
    });
  });
  return getSource(scope);
}
