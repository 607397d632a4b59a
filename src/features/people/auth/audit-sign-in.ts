import { firstOrganizationId } from '#features/people/organization/organization.ts';
import { recordAudit } from '#platform/audit.ts';
import { inTransaction } from '#platform/postgres/transaction.ts';
import type { Platform } from '#platform/scope.ts';

type FailedSignIn = { email: string; ip: string | null; user_agent?: string | null };

/**
 * Records a failed sign-in in the audit log of the organization to which the account's person has belonged longest, or, if no
 * account has the address, of the first one. The limits on attempts also limit the number of rows.
 * @param action whether the password was wrong, or attempts or codes are refused for some time
 */
export async function auditSignIn(
  platform: Platform,
  action: 'session.sign_in_failed' | 'session.locked_out' | 'session.two_factor_locked',
  { email, ip, user_agent = null }: FailedSignIn,
): Promise<void> {
  const address = email.trim().toLowerCase();
  const user = await platform.database.user.findUnique({
    where: { email: address },
    include: { members: { orderBy: { createdAt: 'asc' }, take: 1 } },
  });
  const organization_id = user ? (user.members[0]?.organizationId ?? null) : await firstOrganizationId(platform);
  await inTransaction(platform.database, (tx) =>
    recordAudit(
      tx,
      { organization_id, actor: { type: 'system', id: 'sign-in', name: 'Sign-in' }, ip, user_agent },
      {
        action,
        severity: 'security',
        target: { type: 'user', id: user?.id ?? 'unknown', name: address },
        details: { account: user ? 'known' : 'unknown' },
      },
    ),
  );
}
