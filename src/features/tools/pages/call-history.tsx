'use client';

import { IconHistory, IconSearchOff } from '@tabler/icons-react';
import { api } from '#client/console-api.ts';
import { usePagedList } from '#client/use-paged-list.ts';
import { EmptyState } from '#ui/lists/empty-state.tsx';
import { FilterSelect } from '#ui/lists/filter-select.tsx';
import { Toolbar } from '#ui/lists/toolbar.tsx';
import { useUrlQuery } from '#ui/lists/use-url-query.ts';
import { QueryFailure } from '#ui/page/query-failure.tsx';
import { ListSkeleton } from '#ui/page/skeletons.tsx';
import { CALL_RESULTS, callFilters } from './call-filters.ts';
import { CallTable } from './call-table.tsx';

/** What agents and people called, newest first: who, what with, and what came of it. */
export function CallHistory() {
  const { params, set } = useUrlQuery();
  const filters = callFilters(new URLSearchParams(params));
  const types = api.connectorTypes.list.useQuery(undefined, { staleTime: Number.POSITIVE_INFINITY }).data?.items ?? [];
  const { client } = api.useUtils();
  const list = usePagedList({
    procedure: api.tools.calls,
    ask: client.tools.calls.query,
    input: filters,
  });
  const { rows: calls } = list;
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
      <QueryFailure query={list} />
      {list.isPending && <ListSkeleton />}
      {calls?.length === 0 && (
        <EmptyState icon={<IconSearchOff size={22} />} title="No call matches">
          Choose another tool or result.
        </EmptyState>
      )}
      {calls && calls.length > 0 && <CallTable list={list} />}
    </>
  );
}
