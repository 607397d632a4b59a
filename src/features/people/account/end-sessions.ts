import { recordAudit } from '#platform/audit.ts';
import { inTransaction } from '#platform/postgres/transaction.ts';
import type { Scope } from '#platform/scope.ts';
import { notFound } from '#platform/trpc/refusal.ts';

/**
 * Ends one of the caller's own sessions: its next request is refused.
 * @throws Refusal NOT_FOUND
 */
export async function endSession(scope: Scope, id: string): Promise<void> {
  if ((await end(scope, { id })) === 0) throw notFound('session of yours');
}

/** Ends all of the caller's sessions except the current one. @returns how many. */
export const endOtherSessions = (scope: Scope, currentId: string | undefined): Promise<number> =>
  end(scope, currentId === undefined ? {} : { id: { not: currentId } });

function end(scope: Scope, which: { id?: string | { not: string } }): Promise<number> {
  const { actor } = scope;
  return inTransaction(scope.platform.database, async (tx) => {
    const { count } = await tx.session.deleteMany({ where: { ...which, userId: actor.id } });
    if (count > 0)
      await recordAudit(tx, scope, {
        action: 'session.ended',
        severity: 'security',
        target: { type: 'user', id: actor.id, name: actor.name },
        details: { sessions: count },
      });
    return count;
  });
}
