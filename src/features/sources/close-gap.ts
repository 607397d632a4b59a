import { recordAudit } from '#platform/audit.ts';
import { inTransaction } from '#platform/postgres/transaction.ts';
import type { Scope } from '#platform/scope.ts';
import { conflict } from '#platform/trpc/refusal.ts';
import { getGap, targetOf } from './gap-row.ts';
import type { Gap } from './gap-schema.ts';

/**
 * Closes a gap without filling it, or stops filling it. Events that were created stay.
 * @throws Refusal NOT_FOUND, or CONFLICT if the gap is already closed.
 */
export async function closeGap(scope: Scope, id: string): Promise<Gap> {
  const gap = await getGap(scope, id);
  await inTransaction(scope.platform.database, async (tx) => {
    const { count } = await tx.sourceGap.updateMany({
      where: { id, closed_at: null },
      data: {
        closed_at: new Date(),
        ...(gap.fill ? { fill_state: 'failed', fill_error: 'Closed before it was filled.' } : {}),
      },
    });
    if (count === 0) throw conflict('The gap is already closed.', ['id']);
    await recordAudit(tx, scope, { action: 'source_gap.closed', target: targetOf(gap) });
  });
  return getGap(scope, id);
}
