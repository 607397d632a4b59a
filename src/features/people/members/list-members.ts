import { z } from 'zod';
import type { Scope } from '#platform/scope.ts';
import { type Page, page } from '#platform/trpc/paging.ts';
import { ROLES } from '#platform/trpc/procedure.ts';

/** A page of the organization's people, the newest first. */
export async function listMembers({ platform, organization_id }: Scope, { limit, cursor }: Page) {
  const rows = await platform.database.member.findMany({
    where: { organizationId: organization_id, ...(cursor ? { id: { lt: cursor } } : {}) },
    orderBy: { id: 'desc' },
    take: limit + 1,
    include: { user: { select: { name: true, email: true, emailVerified: true, twoFactorEnabled: true } } },
  });
  const members = rows.map(({ id, userId, role, createdAt, user }) => ({
    id,
    user_id: userId,
    name: user.name,
    email: user.email,
    email_confirmed: user.emailVerified,
    role: z.enum(ROLES).parse(role),
    two_factor: user.twoFactorEnabled,
    created_at: createdAt,
  }));
  return page(members, limit);
}
