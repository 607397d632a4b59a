import { afterPosition, beforeId, type FeedCursor, feedPage } from '#platform/feed.ts';
import type { Scope } from '#platform/scope.ts';
import { page } from '#platform/trpc/paging.ts';
import { selectRunChanges, selectRuns } from './row.ts';
import type { RunFilters } from './schema.ts';

type Question = RunFilters & { order: 'asc' | 'desc'; limit: number; cursor?: FeedCursor | undefined };

/** A page of runs, newest first; or the changes of status behind a position, oldest first, each with the run as it was then. */
export async function listRuns(scope: Scope, { order, limit, cursor, ...filters }: Question) {
  if (order === 'desc')
    return page(await selectRuns(scope, { ...filters, before: beforeId(cursor), limit: limit + 1 }), limit);
  const after = afterPosition(cursor);
  const { rows, head } = await selectRunChanges(scope, { ...filters, after, limit });
  return feedPage(rows, limit, after, head);
}
