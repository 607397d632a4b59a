import { recordAudit } from '#platform/audit.ts';
import { inTransaction } from '#platform/postgres/transaction.ts';
import type { Scope } from '#platform/scope.ts';
import { conflict } from '#platform/trpc/refusal.ts';
import { getSource } from './get-source.ts';
import { sourceAddressOf } from './stream/source-connection.ts';

/**
 * Asks for a new slot in the place of one that is lost: the reader makes it within seconds, and what was missed is a gap
 * of each table.
 * @throws Refusal CONFLICT while the slot is not lost: a new one would lose what the old one holds.
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
