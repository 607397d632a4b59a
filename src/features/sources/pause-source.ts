import { recordAudit } from '#platform/audit.ts';
import { inTransaction } from '#platform/postgres/transaction.ts';
import type { Scope } from '#platform/scope.ts';
import { conflict } from '#platform/trpc/refusal.ts';
import { getSource } from './get-source.ts';
import { sourceAddressOf } from './stream/source-connection.ts';

/**
 * Pauses the stream, or resumes it at the same position. The reader notices within seconds.
 * @throws Refusal CONFLICT if no worker has started to read yet.
 */
export async function setPaused(scope: Scope, isPaused: boolean) {
  const { shown: address } = sourceAddressOf(scope.platform);
  await inTransaction(scope.platform.database, async (tx) => {
    const row = await tx.source.findFirst({ where: { address }, orderBy: { created_at: 'desc' } });
    if (!row)
      throw conflict(
        'No worker has started to read the change stream. Start one first, with ROLE=worker or ROLE=all.',
        [],
      );
    const { count } = await tx.source.updateMany({
      where: { database_key: row.database_key, paused_at: isPaused ? null : { not: null } },
      data: { paused_at: isPaused ? new Date() : null },
    });
    if (count === 0) return;
    await recordAudit(tx, scope, {
      action: isPaused ? 'source.paused' : 'source.resumed',
      target: { type: 'source', id: row.slot_name, name: address },
    });
  });
  return getSource(scope);
}
