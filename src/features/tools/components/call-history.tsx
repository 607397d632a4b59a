'use client';

import { IconHistory, IconSearchOff } from '@tabler/icons-react';
import { keepPreviousData } from '@tanstack/react-query';
import { api } from '#client/console-api.ts';
import { EmptyState } from '#ui/empty-state.tsx';
import { FilterSelect } from '#ui/filter-select.tsx';
import { LoadMore } from '#ui/load-more.tsx';
import { QueryFailure } from '#ui/query-failure.tsx';
import { ListSkeleton } from '#ui/skeletons.tsx';
import { Toolbar } from '#ui/toolbar.tsx';
import { useUrlQuery } from '#ui/use-url-query.ts';
import { CALL_RESULTS, callFilters } from './call-filters.ts';
import { CallTable } from './call-table.tsx';

/** What agents and people called, newest first: who, what with, and what came of it. */
export function CallHistory() {
  const { params, set } = useUrlQuery();
  const filters = callFilters(new URLSearchParams(params));
  const types = api.connectorTypes.list.useQuery(undefined, { staleTime: Number.POSITIVE_INFINITY }).data?.items ?? [];
  const query = api.tools.calls.useInfiniteQuery(filters, {
    getNextPageParam: (page) => page.next_cursor,
    placeholderData: keepPreviousData,
  });
  const calls = query.data?.pages.flatMap(({ items }) => items);
  const isFiltered = filters.tool !== undefined || filters.ok !== undefined;

  if (calls?.length === 0 && !isFiltered) {
    return (
      <EmptyState icon={<IconHistory size={22} />} title="No calls yet">
        Call a tool under Tools, or give an agent a key with the scope invoke: every call is kept here for a while, with
        its arguments masked.
      </EmptyState>
    );
  }
  return (
    <>
      <Toolbar>
        <FilterSelect
          label="Tool"
          all="All tools"
          options={types.map(({ action }) => ({ value: action.tool, label: action.tool }))}
          value={params.get('tool')}
          onChange={(tool) => set({ tool })}
        />
        <FilterSelect
          label="Result"
          all="Any result"
          options={CALL_RESULTS}
          value={params.get('result')}
          onChange={(result) => set({ result })}
        />
      </Toolbar>
      {query.isError && <QueryFailure query={query} />}
      {query.isPending && <ListSkeleton />}
      {calls?.length === 0 && (
        <EmptyState icon={<IconSearchOff size={22} />} title="No call matches">
          Choose another tool or result.
        </EmptyState>
      )}
      {calls && calls.length > 0 && <CallTable calls={calls} settling={query.isPlaceholderData} />}
      <LoadMore query={query} />
    </>
  );
}
