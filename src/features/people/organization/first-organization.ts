import type { Platform } from '#platform/scope.ts';

/** Whose is what belongs to the installation rather than to an organization: the first one's. Null before the set-up. */
export async function firstOrganizationId({ database }: Pick<Platform, 'database'>): Promise<string | null> {
  const first = await database.organization.findFirst({ orderBy: { createdAt: 'asc' }, select: { id: true } });
  return first?.id ?? null;
}
