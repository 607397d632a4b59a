import { recordAudit } from '#platform/audit.ts';
import type { Role } from '#platform/procedure.ts';
import { notFound } from '#platform/refusal.ts';
import type { Scope } from '#platform/scope.ts';
import { inTransaction, type Transaction } from '#platform/transaction.ts';
import { assertMayTouch, assertOwnerLeft, lockMembers } from './lock-members.ts';

/**
 * Takes somebody out of the organization. Their sessions end, or go on in another organization of theirs; their API keys
 * stay, and are counted in the audit log, to be looked at.
 * @throws Refusal NOT_FOUND, FORBIDDEN when an admin removes an owner, CONFLICT for the last owner.
 */
export const removeMember = (scope: Scope, by: Role, id: string): Promise<void> =>
  takeOut(scope, { id }, 'member.removed', (role) => assertMayTouch(by, role));

/**
 * Leaves the organization by oneself.
 * @throws Refusal CONFLICT for the last owner.
 */
export const leaveOrganization = (scope: Scope): Promise<void> =>
  takeOut(scope, { userId: scope.actor.id }, 'member.left', () => {});

async function takeOut(
  scope: Scope,
  who: { id: string } | { userId: string },
  action: string,
  check: (role: string) => void,
): Promise<void> {
  const { platform, organization_id: organizationId } = scope;
  await inTransaction(platform.database, async (tx) => {
    await lockMembers(tx, organizationId);
    const member = await tx.member.findFirst({ where: { ...who, organizationId }, include: { user: true } });
    if (!member) throw notFound('member');
    check(member.role);
    if (member.role === 'owner') await assertOwnerLeft(tx, organizationId, member.id);
    await tx.member.delete({ where: { id: member.id } });
    await endSessions(tx, organizationId, member.userId);
    const keys = await tx.apiKey.count({
      where: { organization_id: organizationId, created_by_id: member.userId, revoked_at: null },
    });
    await recordAudit(tx, scope, {
      action,
      severity: 'security',
      target: { type: 'user', id: member.userId, name: member.user.email },
      details: { role: member.role, api_keys_left: keys },
    });
  });
}

async function endSessions(tx: Transaction, organizationId: string, userId: string): Promise<void> {
  const elsewhere = await tx.member.count({ where: { userId } });
  if (elsewhere === 0) await tx.session.deleteMany({ where: { userId } });
  else
    await tx.session.updateMany({
      where: { userId, activeOrganizationId: organizationId },
      data: { activeOrganizationId: null },
    });
}
