import { z } from 'zod';
import type { Platform, Scope } from '#platform/scope.ts';
import { page } from '#platform/trpc/paging.ts';
import { ROLES } from '#platform/trpc/procedure.ts';
import { invitationPath } from './invitation-token.ts';

type Row = { id: string; email: string; role: string | null; createdAt: Date; expiresAt: Date };

/** The invitations that nobody has accepted or revoked, the newest first, those that have expired included. */
export async function listInvitations(
  { platform, organization_id }: Scope,
  { limit, cursor }: { limit: number; cursor?: string | undefined },
) {
  const rows = await platform.database.invitation.findMany({
    where: { organizationId: organization_id, status: 'pending', ...(cursor ? { id: { lt: cursor } } : {}) },
    orderBy: { id: 'desc' },
    take: limit + 1,
  });
  const holders = await platform.database.user.findMany({
    where: { email: { in: rows.map(({ email }) => email) } },
    select: { email: true, emailVerified: true },
  });
  const byEmail = new Map(holders.map((holder) => [holder.email, holder]));
  return page(
    rows.map((row) => toInvitation(platform, row, byEmail.get(row.email) ?? null)),
    limit,
  );
}

type Holder = { emailVerified: boolean } | null;

/** Whether an account has the address, and whether anybody proved that it is theirs. */
export const accountState = (holder: Holder) =>
  holder ? (holder.emailVerified ? ('confirmed' as const) : ('unconfirmed' as const)) : ('none' as const);

export const toInvitation = (platform: Platform, { id, email, role, createdAt, expiresAt }: Row, holder: Holder) => ({
  id,
  email,
  role: z.enum(ROLES).parse(role),
  created_at: createdAt,
  expires_at: expiresAt,
  path: invitationPath(platform, id, 'shown'),
  account: accountState(holder),
});
