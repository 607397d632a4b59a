import { z } from 'zod';
import { readCursor, writeCursor } from '#features/csp/log/cursor.ts';
import { type CspFilters, DAY_MS, toSpanFilter } from '#features/csp/log/line-filter.ts';
import type { CspScope } from '../csp-scope.ts';
import { type GroupSort, readGroups, startOfNew } from './read-groups.ts';

type Question = CspFilters & {
  limit: number;
  cursor?: string | undefined;
  sort: GroupSort;
  muted?: boolean | undefined;
  is_new?: boolean | undefined;
};

/** Where a page ended, and of what time it was: the next one is of the same. */
const endSchema = z.tuple([z.int(), z.int(), z.int(), z.number(), z.string()]);

export async function listGroups(
  scope: CspScope,
  { limit, cursor, sort, muted, is_new, ...filters }: Question,
  signal?: AbortSignal,
) {
  const last = cursor === undefined ? undefined : readCursor(cursor, endSchema);
  const span = toSpanFilter(filters, DAY_MS);
  const [since, until] = last ?? [span.since, span.until];
  const newSince = last?.[2] ?? startOfNew();
  const after = last && { rank: last[3], id: last[4] };
  const filter = { ...span, since, until };
  const found = await readGroups(scope, { filter, sort, muted, is_new, newSince, after, most: limit + 1 }, signal);
  const items = found.slice(0, limit);
  const end = items.at(-1);
  return {
    items: items.map(({ group }) => group),
    next_cursor: found.length > limit && end ? writeCursor([since, until, newSince, end.rank, end.group.id]) : null,
  };
}
