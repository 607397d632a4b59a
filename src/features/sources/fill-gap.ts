import type { z } from 'zod';
import { recordAudit } from '#platform/audit.ts';
import { inTransaction } from '#platform/postgres/transaction.ts';
import type { Scope } from '#platform/scope.ts';
import { conflict } from '#platform/trpc/refusal.ts';
import { getGap, targetOf } from './gap-row.ts';
import type { fillInput, Gap } from './gap-schema.ts';
import { chooseFill } from './preview-fill.ts';
import { askSource } from './read-tables.ts';

/**
 * Requests that a gap is filled from its table. The reader does it within seconds, and each state of a row creates one
 * event. A failed attempt can be requested again.
 * @throws Refusal NOT_FOUND, VALIDATION, or CONFLICT for a gap that is still growing, is being filled, or is closed.
 */
export async function fillGap(scope: Scope, given: z.output<typeof fillInput>): Promise<Gap> {
  const { platform } = scope;
  const gap = await getGap(scope, given.id);
  if (gap.until_at === null)
    throw conflict('The gap is still growing. Fill it once changes of the table are read again.', ['id']);
  const { fill } = await askSource(platform, gap.table, (client) => chooseFill(client, gap, given));
  await inTransaction(platform.database, async (tx) => {
    const { count } = await tx.sourceGap.updateMany({
      where: { id: gap.id, closed_at: null, OR: [{ fill_state: null }, { fill_state: 'failed' }] },
      data: { fill, fill_state: 'asked', fill_error: null },
    });
    if (count === 0) throw conflict('The gap is being filled, or is already closed.', ['id']);
    await recordAudit(tx, scope, { action: 'source_gap.filled', target: targetOf(gap), details: { fill } });
  });
  return getGap(scope, gap.id);
}
