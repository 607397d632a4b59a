import { recordAudit } from '#platform/audit.ts';
import { inTransaction } from '#platform/postgres/transaction.ts';
import type { Scope } from '#platform/scope.ts';
import { notFound } from '#platform/trpc/refusal.ts';

/**
 * Deletes an event type of the organization's own: it cannot be published any more. What was published stays.
 * @throws Refusal NOT_FOUND, also for a built-in type.
 */
export async function deleteEventType(scope: Scope, name: string): Promise<void> {
  await inTransaction(scope.platform.database, async (tx) => {
    const { count } = await tx.eventType.deleteMany({ where: { organization_id: scope.organization_id, name } });
    if (count === 0) throw notFound('event type of your own');
    await recordAudit(tx, scope, {
      action: 'event_type.deleted',
      target: { type: 'event_type', id: name, name },
    });
  });
}
