import { authOf } from '#features/people/auth/auth.ts';
import { findOrCreateOrganization, slugOf } from '#features/people/organization/organization.ts';
import { assertNotBreached } from '#features/people/passwords/breached-passwords.ts';
import { recordAudit } from '#platform/audit.ts';
import { inTransaction } from '#platform/postgres/transaction.ts';
import type { Platform } from '#platform/scope.ts';
import { Refusal } from '#platform/trpc/refusal.ts';

export type FirstAdmin = { name: string; email: string; password: string; organization_name?: string };

/**
 * Creates the first account and its organization, and makes the account the owner. This works only once.
 * @throws Refusal CONFLICT if the installation is already set up, VALIDATION for a leaked password.
 */
export async function createFirstAdmin(
  platform: Platform,
  admin: FirstAdmin,
  origin: { ip: string | null; user_agent: string | null } = { ip: null, user_agent: null },
): Promise<void> {
  assertNotBreached(admin.password, 'password');
  const { password } = await authOf(platform).$context;
  const hash = await password.hash(admin.password);
  const email = admin.email.toLowerCase();
  await inTransaction(platform.database, async (tx) => {
    const { count } = await tx.installation.updateMany({
      where: { id: 1, set_up_at: null },
      data: { set_up_at: new Date() },
    });
    if (count === 0)
      throw new Refusal('CONFLICT', 'The console is already set up. Sign in, or ask an owner to invite you.');
    const organization = await findOrCreateOrganization(tx);
    if (!organization) throw new Error('No organization was made.');
    const user = await tx.user.create({ data: { name: admin.name, email } });
    await tx.account.create({
      data: { userId: user.id, accountId: user.id, providerId: 'credential', password: hash },
    });
    await tx.member.create({ data: { organizationId: organization.id, userId: user.id, role: 'owner' } });
    if (admin.organization_name) {
      await tx.organization.update({
        where: { id: organization.id },
        data: { name: admin.organization_name, slug: slugOf(admin.organization_name) },
      });
    }
    await recordAudit(
      tx,
      { organization_id: organization.id, actor: { type: 'user', id: user.id, name: user.name }, ...origin },
      {
        action: 'installation.set_up',
        severity: 'security',
        target: { type: 'user', id: user.id, name: email },
        details: { role: 'owner' },
      },
    );
  });
}
