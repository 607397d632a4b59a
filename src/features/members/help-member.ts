import { assertPasswordsAreOn } from '#features/auth/assert-passwords-are-on.ts';
import { createResetLink } from '#features/auth/create-reset-link.ts';
import { recordAudit } from '#platform/audit.ts';
import type { Role } from '#platform/procedure.ts';
import { conflict, notFound } from '#platform/refusal.ts';
import type { Scope } from '#platform/scope.ts';
import { inTransaction } from '#platform/transaction.ts';
import { assertMayTouch } from './lock-members.ts';

/**
 * A link by which a member who forgot their password chooses a new one: good once, for a day. Their second factor stays.
 * @returns its path.
 * @throws Refusal NOT_FOUND, FORBIDDEN for an owner whom an admin would help, CONFLICT for who is in another organization too.
 */
export async function createMemberResetLink(scope: Scope, by: Role, id: string): Promise<{ path: string }> {
  assertPasswordsAreOn(scope.platform);
  const { email } = await findOwnMember(scope, by, id);
  return { path: await createResetLink(scope.platform, email, scope.actor) };
}

/**
 * Switches off the second factor of a member who has lost both their app and their recovery codes.
 * @throws Refusal as for a reset link.
 */
export async function resetMemberTwoFactor(scope: Scope, by: Role, id: string): Promise<void> {
  const user = await findOwnMember(scope, by, id);
  await inTransaction(scope.platform.database, async (tx) => {
    await tx.twoFactor.deleteMany({ where: { userId: user.id } });
    await tx.user.update({ where: { id: user.id }, data: { twoFactorEnabled: false } });
    await recordAudit(tx, scope, {
      action: 'member.two_factor_reset',
      severity: 'security',
      target: { type: 'user', id: user.id, name: user.email },
    });
  });
}

/** An account opens every organization that its person is in: an admin of one of them does not get into the others. */
async function findOwnMember({ platform, organization_id }: Scope, by: Role, id: string) {
  const member = await platform.database.member.findFirst({
    where: { id, organizationId: organization_id },
    include: { user: { include: { members: { select: { organizationId: true } } } } },
  });
  if (!member) throw notFound('member');
  assertMayTouch(by, member.role);
  if (member.user.members.some(({ organizationId }) => organizationId !== organization_id))
    throw conflict(
      'This person is in another organization too, which their account opens as well: whoever runs the console helps with "npm run cli -- users reset-link".',
      [],
    );
  return member.user;
}
