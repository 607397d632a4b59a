import type { Ended } from '#core/ended.ts';
import { endProofs } from '#features/people/auth/proofs.ts';
import { recordAudit } from '#platform/audit.ts';
import { inTransaction, type Transaction } from '#platform/postgres/transaction.ts';
import type { Scope } from '#platform/scope.ts';
import type { Role } from '#platform/trpc/procedure.ts';
import { notFound } from '#platform/trpc/refusal.ts';
import { assertMayTouch, assertOwnerLeft, assertStillHas, lockMembers } from './lock-members.ts';

/**
 * Removes somebody from the organization. Their sessions end, or continue in another organization of theirs. The links
 * that they created here end, and so do those that would let them back in. Their API keys stay, and the audit log
 * counts them so that somebody reviews them.
 * @returns what ended
 * @throws Refusal NOT_FOUND, FORBIDDEN when an admin removes an owner, CONFLICT for the last owner.
 */
export const removeMember = (scope: Scope, by: Role, id: string): Promise<Ended> =>
  takeOut(scope, { id }, 'member.removed', async (tx, role) => {
    await assertStillHas(tx, scope, by);
    assertMayTouch(by, role);
  });

/** Ends a membership and everything it gave access to, in one transaction. */
async function takeOut(
  scope: Scope,
  who: { id: string } | { userId: string },
  action: string,
  check: (tx: Transaction, role: string) => Promise<void>,
): Promise<Ended> {
  const { platform, organization_id: organizationId } = scope;
  return inTransaction(platform.database, async (tx) => {
    await lockMembers(tx, organizationId);
    const member = await tx.member.findFirst({ where: { ...who, organizationId }, include: { user: true } });
    if (!member) throw notFound('member');
    await check(tx, member.role);
    if (member.role === 'owner') await assertOwnerLeft(tx, organizationId, member.id);
    await tx.member.delete({ where: { id: member.id } });
    const ended = await endProofs(tx, 'left', { user_id: member.userId, organization_id: organizationId });
    const keys = await tx.apiKey.count({
      where: { organization_id: organizationId, created_by_id: member.userId, revoked_at: null },
    });
    await recordAudit(tx, scope, {
      action,
      severity: 'security',
      target: { type: 'user', id: member.userId, name: member.user.email },
      details: { role: member.role, api_keys_left: keys, ended },
    });
    return ended;
  });
}

/**
 * Removes the caller from the organization.
 * @throws Refusal CONFLICT for the last owner.
 */
export const leaveOrganization = (scope: Scope): Promise<Ended> =>
  takeOut(scope, { userId: scope.actor.id }, 'member.left', async () => {});
