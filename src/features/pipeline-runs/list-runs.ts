import { afterPosition, beforeId, type FeedCursor, feedPage } from '#platform/feed.ts';
import type { Scope } from '#platform/scope.ts';
import { page } from '#platform/trpc/paging.ts';
import { toRun } from './run-row.ts';
import type { PipelineRun, RunFilters } from './schema.ts';
import { selectRunChanges } from './select-run-changes.ts';

type Question = RunFilters & { order: 'asc' | 'desc'; limit: number; cursor?: FeedCursor | undefined };

/** A page of runs, newest first; or the changes of status behind a position, oldest first, each with the run as it was then. */
export async function listRuns(scope: Scope, { order, limit, cursor, ...filters }: Question) {
  if (order === 'desc')
    return page(await selectRuns(scope, { ...filters, before: beforeId(cursor), limit: limit + 1 }), limit);
  const after = afterPosition(cursor);
  const { rows, head } = await selectRunChanges(scope, { ...filters, after, limit });
  return feedPage(rows, limit, after, head);
}

/** Runs, newest first. */
export async function selectRuns(
  { platform, organization_id }: Scope,
  {
    before,
    limit,
    status,
    recipe_id,
    search,
    since,
    until,
  }: RunFilters & { before: string | undefined; limit: number },
): Promise<PipelineRun[]> {
  const rows = await platform.read(organization_id, (database) =>
    database.pipelineRun.findMany({
      where: {
        organization_id,
        ...(status ? { status } : {}),
        ...(recipe_id ? { recipe_id } : {}),
        ...(search
          ? { OR: [{ recipe_id: search }, { recipe_name: { contains: search, mode: 'insensitive' as const } }] }
          : {}),
        ...(since || until
          ? { changed_at: { ...(since ? { gte: since } : {}), ...(until ? { lt: until } : {}) } }
          : {}),
        ...(before ? { id: { lt: before } } : {}),
      },
      orderBy: { id: 'desc' },
      take: limit,
    }),
  );
  return rows.map(toRun);
}
