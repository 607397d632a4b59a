import { z } from 'zod';
import { recordAudit } from '#platform/audit.ts';
import { inTransaction, isUniqueViolation } from '#platform/postgres/transaction.ts';
import type { Platform } from '#platform/scope.ts';
import { ROLES, type Role } from '#platform/trpc/procedure.ts';
import { findMappedOrganization } from './mapped-organization.ts';
import { endProofs } from './proofs.ts';

/** How a person whose address the provider vouches for joins an organization. */
type WayIn = { organization_id: string; role: Role; invitation_id: string | null };

/**
 * An address of a mapped domain (OIDC_DOMAINS) leads only to that domain's organization, with the role of its invitation if
 * there is one, whatever other organizations invite the address. Any other address follows its invitation. If several
 * organizations invite it, the person chooses.
 * @returns null if the person belongs to no organization
 */
export async function findWayIn(platform: Platform, email: string): Promise<WayIn | 'choose' | null> {
  const { config, database } = platform;
  const address = email.toLowerCase();
  const mapped = await findMappedOrganization(platform, address.slice(address.lastIndexOf('@') + 1));
  if (mapped === null) return null;
  const invitations = await database.invitation.findMany({
    where: {
      email: address,
      status: 'pending',
      expiresAt: { gt: new Date() },
      ...(mapped && { organizationId: mapped.id }),
    },
    orderBy: { createdAt: 'desc' },
  });
  const [newest] = invitations;
  if (new Set(invitations.map(({ organizationId }) => organizationId)).size > 1) return 'choose';
  if (newest)
    return {
      organization_id: newest.organizationId,
      role: z.enum(ROLES).parse(newest.role),
      invitation_id: newest.id,
    };
  if (!mapped || !config.oidc) return null;
  return { organization_id: mapped.id, role: config.oidc.defaultRole, invitation_id: null };
}

/**
 * Makes somebody a member when their identity at the provider has just been linked, and not at later sign-ins, so that
 * people who were removed from an organization aren't added again.
 */
export async function joinByProvider(platform: Platform, userId: string): Promise<void> {
  const user = await platform.database.user.findUniqueOrThrow({ where: { id: userId } });
  const way = await findWayIn(platform, user.email);
  if (!way || way === 'choose') return;
  const { organization_id: organizationId, role, invitation_id } = way;
  await inTransaction(platform.database, async (tx) => {
    await tx.$queryRaw`select from organization where id = ${organizationId} for update`;
    if (invitation_id) {
      const { count } = await tx.invitation.updateMany({
        where: { id: invitation_id, status: 'pending' },
        data: { status: 'accepted' },
      });
      if (count === 0) return;
    }
    if ((await tx.member.count({ where: { organizationId, userId } })) > 0) return;
    await tx.member.create({ data: { organizationId, userId, role } });
    const ended = await endProofs(tx, 'joined', { user_id: userId, organization_id: organizationId });
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
        details: { role, by: invitation_id ? 'invitation' : 'domain', account: 'single sign-on', ended },
      },
    );
  }).catch((error: unknown) => {
    // A simultaneous request already made them a member.
    if (!isUniqueViolation(error)) throw error;
  });
}

/** The organization that somebody joined because their identity was just linked. The session starts there. */
export async function joinedWithIdentity({ database }: Platform, userId: string): Promise<string | null> {
  const identity = await database.account.findFirst({
    where: { userId, providerId: { not: 'credential' }, createdAt: { gt: new Date(Date.now() - 60_000) } },
    orderBy: { createdAt: 'desc' },
  });
  if (!identity) return null;
  const joined = await database.member.findFirst({
    where: { userId, createdAt: { gte: identity.createdAt } },
    orderBy: { createdAt: 'desc' },
  });
  return joined?.organizationId ?? null;
}
