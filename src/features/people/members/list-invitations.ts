import type { Scope } from '#platform/scope.ts';
import { type Page, page } from '#platform/trpc/paging.ts';
import { toInvitation } from './row.ts';

/** The invitations that nobody has accepted or revoked, the newest first, those that have expired included. */
export async function listInvitations({ platform, organization_id }: Scope, { limit, cursor }: Page) {
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
