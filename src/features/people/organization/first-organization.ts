import type { Platform } from '#platform/scope.ts';

/** The organization that manages what belongs to the whole installation: the first one. Null before the set-up. */
export async function firstOrganizationId({ database }: Pick<Platform, 'database'>): Promise<string | null> {
  const first = await database.organization.findFirst({ orderBy: { createdAt: 'asc' }, select: { id: true } });
  return first?.id ?? null;
}
