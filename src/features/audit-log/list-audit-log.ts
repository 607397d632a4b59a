import { afterPosition, beforeId, type FeedCursor, feedPage } from '#platform/feed.ts';
import type { Scope } from '#platform/scope.ts';
import { page } from '#platform/trpc/paging.ts';
import { selectAuditFeed, selectAuditLog } from './row.ts';
import type { AuditFilters } from './schema.ts';

type Question = AuditFilters & { order: 'asc' | 'desc'; limit: number; cursor?: FeedCursor | undefined };

/** A page of the audit log: newest first, or the entries after a position, oldest first. */
export async function listAuditLog(scope: Scope, { order, limit, cursor, ...filters }: Question) {
  if (order === 'desc')
    return page(await selectAuditLog(scope, { ...filters, before: beforeId(cursor), limit: limit + 1 }), limit);
  const after = afterPosition(cursor);
  const { rows, head } = await selectAuditFeed(scope, { ...filters, after, limit });
  return feedPage(rows, limit, after, head);
}
