import { recordAudit } from '#platform/audit.ts';
import { inTransaction } from '#platform/postgres/transaction.ts';
import type { Scope } from '#platform/scope.ts';
import type { Role } from '#platform/trpc/procedure.ts';
import { lockOwnMember } from './lock-members.ts';

/**
 * Switches off the second factor of a member who has lost both their app and their recovery codes.
 * @throws Refusal as for a reset link.
 */
export async function resetMemberTwoFactor(scope: Scope, by: Role, id: string): Promise<void> {
  await inTransaction(scope.platform.database, async (tx) => {
    const user = await lockOwnMember(tx, scope, by, id);
    await tx.twoFactor.deleteMany({ where: { userId: user.id } });
    await tx.user.update({ where: { id: user.id }, data: { twoFactorEnabled: false } });
    await recordAudit(tx, scope, {
      action: 'member.two_factor_reset',
      severity: 'security',
      target: { type: 'user', id: user.id, name: user.email },
    });
  });
}
