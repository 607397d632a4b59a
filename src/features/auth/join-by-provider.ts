import { z } from 'zod';
import { recordAudit } from '#platform/audit.ts';
import { ROLES, type Role } from '#platform/procedure.ts';
import type { Platform } from '#platform/scope.ts';
import { inTransaction, isUniqueViolation } from '#platform/transaction.ts';

/** How somebody whose address a provider vouches for gets into an organization. */
type WayIn = { organization_id: string; role: Role; invitation_id: string | null };

/** An invitation comes before the domain: somebody chose its role. @returns null for who belongs nowhere. */
export async function findWayIn({ config, database }: Platform, email: string): Promise<WayIn | null> {
  const address = email.toLowerCase();
  const invitation = await database.invitation.findFirst({
    where: { email: address, status: 'pending', expiresAt: { gt: new Date() } },
    orderBy: { createdAt: 'desc' },
  });
  if (invitation)
    return {
      organization_id: invitation.organizationId,
      role: z.enum(ROLES).parse(invitation.role),
      invitation_id: invitation.id,
    };
  const slug = config.oidc?.domains.get(address.slice(address.lastIndexOf('@') + 1));
  const organization = slug ? await database.organization.findUnique({ where: { slug } }) : null;
  if (!organization || !config.oidc) return null;
  return { organization_id: organization.id, role: config.oidc.defaultRole, invitation_id: null };
}

/**
 * Makes somebody a member when their provider's identity has just been linked, and at no later sign-in: whoever is
 * removed from an organization stays out of it.
 */
export async function joinByProvider(platform: Platform, userId: string): Promise<void> {
  const user = await platform.database.user.findUniqueOrThrow({ where: { id: userId } });
  const way = await findWayIn(platform, user.email);
  if (!way) return;
  const { organization_id: organizationId, role, invitation_id } = way;
  await inTransaction(platform.database, async (tx) => {
    if (invitation_id) {
      const { count } = await tx.invitation.updateMany({
        where: { id: invitation_id, status: 'pending' },
        data: { status: 'accepted' },
      });
      if (count === 0) return;
    }
    if ((await tx.member.count({ where: { organizationId, userId } })) > 0) return;
    await tx.member.create({ data: { organizationId, userId, role } });
    await recordAudit(
      tx,
      {
        organization_id: organizationId,
        actor: { type: 'user', id: user.id, name: user.name },
        ip: null,
        user_agent: null,
      },
      {
        action: 'member.joined',
        severity: 'security',
        target: { type: 'user', id: user.id, name: user.email },
        details: { role, by: invitation_id ? 'invitation' : 'domain', account: 'single sign-on' },
      },
    );
  }).catch((error: unknown) => {
    // Somebody was quicker: they are in.
    if (!isUniqueViolation(error)) throw error;
  });
}
