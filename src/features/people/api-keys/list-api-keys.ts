import type { Scope } from '#platform/scope.ts';
import { type Page, page } from '#platform/trpc/paging.ts';
import { toApiKey } from './row.ts';

export async function listApiKeys({ platform, organization_id }: Scope, { limit, cursor }: Page) {
  const rows = await platform.database.apiKey.findMany({
    where: { organization_id, ...(cursor ? { id: { lt: cursor } } : {}) },
    orderBy: { id: 'desc' },
    take: limit + 1,
  });
  const makers = rows.filter(({ created_by_type }) => created_by_type === 'user').map((row) => row.created_by_id);
  const members = await platform.database.member.findMany({
    where: { organizationId: organization_id, userId: { in: makers } },
    select: { userId: true },
  });
  const present = new Set(members.map(({ userId }) => userId));
  return page(
    rows.map((row) => ({
      ...toApiKey(row),
      maker_left: row.created_by_type === 'user' && !present.has(row.created_by_id),
    })),
    limit,
  );
}
