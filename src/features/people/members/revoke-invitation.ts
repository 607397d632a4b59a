import { recordAudit } from '#platform/audit.ts';
import { inTransaction } from '#platform/postgres/transaction.ts';
import type { Scope } from '#platform/scope.ts';
import { notFound } from '#platform/trpc/refusal.ts';

/**
 * Ends an invitation, so that its link no longer works.
 * @throws Refusal NOT_FOUND, also for one that was accepted or revoked.
 */
export async function revokeInvitation(scope: Scope, id: string): Promise<void> {
  const where = { id, organizationId: scope.organization_id, status: 'pending' };
  await inTransaction(scope.platform.database, async (tx) => {
    const row = await tx.invitation.findFirst({ where });
    const { count } = await tx.invitation.updateMany({ where, data: { status: 'canceled' } });
    if (!row || count === 0) throw notFound('open invitation');
    await recordAudit(tx, scope, {
      action: 'member.invitation_revoked',
      severity: 'security',
      target: { type: 'invitation', id, name: row.email },
    });
  });
}
