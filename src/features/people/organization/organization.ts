import type { Transaction } from '#platform/postgres/transaction.ts';
import type { Platform } from '#platform/scope.ts';

const DEFAULT_NAME = 'Honeyframe';

/** The organization with this slug, or the first one, which is created if there is none. */
export async function findOrCreateOrganization(
  tx: Transaction,
  slug?: string,
): Promise<{ id: string; name: string } | null> {
  if (slug !== undefined) return tx.organization.findUnique({ where: { slug } });
  // The installation's row is the lock, so that two processes that start at the same time create only one.
  await tx.$queryRaw`select 1 from installation where id = 1 for update`;
  const first = await tx.organization.findFirst({ orderBy: { createdAt: 'asc' } });
  return first ?? tx.organization.create({ data: { name: DEFAULT_NAME, slug: slugOf(DEFAULT_NAME) } });
}

/** `Acme & Söhne` → `acme-sohne`. */
export const slugOf = (name: string) =>
  name
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 60)
    .replace(/^-+|-+$/g, '') || 'organization';

/** The organization that manages what belongs to the whole installation: the first one. Null before the set-up. */
export async function firstOrganizationId({ database }: Pick<Platform, 'database'>): Promise<string | null> {
  const first = await database.organization.findFirst({ orderBy: { createdAt: 'asc' }, select: { id: true } });
  return first?.id ?? null;
}
