import type { z } from 'zod';
import { recordAudit } from '#platform/audit.ts';
import type { Role } from '#platform/procedure.ts';
import { notFound } from '#platform/refusal.ts';
import type { Scope } from '#platform/scope.ts';
import { inTransaction } from '#platform/transaction.ts';
import { assertMayTouch, assertOwnerLeft, lockMembers } from './lock-members.ts';
import type { changeRoleInput } from './schema.ts';

/**
 * Gives a member another role, which holds from the next request on.
 * @throws Refusal NOT_FOUND, FORBIDDEN when an admin makes or unmakes an owner, CONFLICT for the last owner.
 */
export async function changeRole(
  scope: Scope,
  by: Role,
  { id, role }: z.output<typeof changeRoleInput>,
): Promise<void> {
  const { platform, organization_id: organizationId } = scope;
  await inTransaction(platform.database, async (tx) => {
    await lockMembers(tx, organizationId);
    const member = await tx.member.findFirst({ where: { id, organizationId }, include: { user: true } });
    if (!member) throw notFound('member');
    if (member.role === role) return;
    assertMayTouch(by, member.role, role);
    if (member.role === 'owner') await assertOwnerLeft(tx, organizationId, id);
    await tx.member.update({ where: { id }, data: { role } });
    await recordAudit(tx, scope, {
      action: 'member.role_changed',
      severity: 'security',
      target: { type: 'user', id: member.userId, name: member.user.email },
      details: { from: member.role, to: role },
    });
  });
}
