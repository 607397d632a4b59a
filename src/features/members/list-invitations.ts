import { z } from 'zod';
import { page } from '#platform/paging.ts';
import { ROLES } from '#platform/procedure.ts';
import type { Platform, Scope } from '#platform/scope.ts';
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
  return page(
    rows.map((row) => toInvitation(platform, row)),
    limit,
  );
}

export const toInvitation = (platform: Platform, { id, email, role, createdAt, expiresAt }: Row) => ({
  id,
  email,
  role: z.enum(ROLES).parse(role),
  created_at: createdAt,
  expires_at: expiresAt,
  path: invitationPath(platform, id),
});
