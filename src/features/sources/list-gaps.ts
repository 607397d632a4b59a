import type { z } from 'zod';
import type { Scope } from '#platform/scope.ts';
import { page } from '#platform/trpc/paging.ts';
import { sourceKey, toGap } from './gap-row.ts';
import type { listGapsInput } from './gap-schema.ts';

/** The gaps of the source, newest first. */
export async function listGaps(scope: Scope, { limit, cursor, state }: z.output<typeof listGapsInput>) {
  const rows = await scope.platform.database.sourceGap.findMany({
    where: {
      database_key: await sourceKey(scope),
      ...(cursor ? { id: { lt: cursor } } : {}),
      ...(state ? { closed_at: state === 'open' ? null : { not: null } } : {}),
    },
    orderBy: { id: 'desc' },
    take: limit + 1,
  });
  return page(rows.map(toGap), limit);
}
