import { z } from 'zod';
import type { Ended } from '#core/ended.ts';
import { endProofs } from '#features/people/auth/proofs.ts';
import { recordAudit } from '#platform/audit.ts';
import { inTransaction } from '#platform/postgres/transaction.ts';
import type { Scope } from '#platform/scope.ts';
import { ROLES, type Role } from '#platform/trpc/procedure.ts';
import { conflict, notFound } from '#platform/trpc/refusal.ts';
import { assertMayTouch, assertOwnerLeft, lockMembersAs } from './lock-members.ts';
import type { changeRoleInput } from './schema.ts';

/**
 * Changes a member's role, which takes effect on the next request. Links and invitations that they created in the old role
 * end.
 * @returns what ended
 * @throws Refusal NOT_FOUND, FORBIDDEN if an admin adds or removes an owner, CONFLICT for the last owner, and for giving
 * more rights to somebody whose address is unconfirmed, unless `unconfirmed_ok`.
 */
export async function changeRole(
  scope: Scope,
  by: Role,
  { id, role, unconfirmed_ok }: z.output<typeof changeRoleInput>,
): Promise<Ended> {
  const { platform, organization_id: organizationId } = scope;
  return inTransaction(platform.database, async (tx) => {
    await lockMembersAs(tx, scope, by);
    const member = await tx.member.findFirst({ where: { id, organizationId }, include: { user: true } });
    if (!member) throw notFound('member');
    if (member.role === role) return {};
    assertMayTouch(by, member.role, role);
    if (member.role === 'owner') await assertOwnerLeft(tx, organizationId, id);
    const isMore = ROLES.indexOf(role) > ROLES.indexOf(z.enum(ROLES).parse(member.role));
    if (isMore && !unconfirmed_ok && !member.user.emailVerified) throw isUnconfirmed(member.user);
    await tx.member.update({ where: { id }, data: { role } });
    const ended = await endProofs(tx, 'role_changed', { user_id: member.userId, organization_id: organizationId });
    await recordAudit(tx, scope, {
      action: 'member.role_changed',
      severity: 'security',
      target: { type: 'user', id: member.userId, name: member.user.email },
      details: { from: member.role, to: role, confirmed: member.user.emailVerified, ended },
    });
    return ended;
  });
}

/** The path tells the page that this refusal is a question to confirm. */
const isUnconfirmed = ({ name, email }: { name: string; email: string }) =>
  conflict(
    `${name} has not confirmed the address ${email}, so somebody else may control this account. Find out who does before you give it more rights.`,
    ['unconfirmed_ok'],
  );
