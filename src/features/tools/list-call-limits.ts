import type { Scope } from '#platform/scope.ts';
import { type Page, page } from '#platform/trpc/paging.ts';

/** The keys that may call tools, with how many calls a minute each may make. */
export async function listCallLimits({ platform, organization_id }: Scope, { limit, cursor }: Page) {
  const rows = await platform.database.apiKey.findMany({
    where: {
      organization_id,
      scopes: { has: 'invoke' },
      revoked_at: null,
      OR: [{ expires_at: null }, { expires_at: { gt: new Date() } }],
      ...(cursor ? { id: { lt: cursor } } : {}),
    },
    select: { id: true, name: true, prefix: true, tool_calls_per_minute: true },
    orderBy: { id: 'desc' },
    take: limit + 1,
  });
  return page(
    rows.map(({ tool_calls_per_minute, ...key }) => ({ ...key, calls_per_minute: tool_calls_per_minute })),
    limit,
  );
}
