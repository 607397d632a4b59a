import type { Scope } from '#platform/scope.ts';
import { type Page, page } from '#platform/trpc/paging.ts';
import { selectConnectors, toConnector } from './row.ts';

export type ConnectorFilters = {
  search?: string | undefined;
  type?: string | undefined;
  enabled?: boolean | undefined;
};

export async function listConnectors(scope: Scope, { limit, cursor, ...filters }: Page & ConnectorFilters) {
  const rows = await selectConnectors(scope, { ...filters, before: cursor, limit: limit + 1 });
  const { items, next_cursor } = page(rows, limit);
  return { items: await Promise.all(items.map((row) => toConnector(scope, row))), next_cursor };
}
