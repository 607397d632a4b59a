import type { Platform } from '#platform/scope.ts';

/** The organizations that a person is in, by name. */
export async function listOrganizations({ database }: Platform, userId: string) {
  const rows = await database.organization.findMany({
    where: { members: { some: { userId } } },
    orderBy: { name: 'asc' },
    take: 100,
  });
  return rows.map(({ id, name }) => ({ id, name }));
}
