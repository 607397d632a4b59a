'use client';

import { IconHistory } from '@tabler/icons-react';
import { useSearchParams } from 'next/navigation';
import { api } from '#client/console-api.ts';
import { usePagedList } from '#client/use-paged-list.ts';
import { EmptyState } from '#ui/lists/empty-state.tsx';
import type { ListFilter } from '#ui/lists/filter-bar.tsx';
import { FilteredList } from '#ui/lists/filtered-list.tsx';
import { CALL_RESULTS, callFilters } from './call-filters.ts';
import { CallTable } from './call-table.tsx';

const RESULT_FILTER: ListFilter = { param: 'result', label: 'Result', all: 'Any result', options: CALL_RESULTS };

/** What agents and people called, newest first: who, what with, and what came of it. */
export function CallHistory() {
  const types = api.connectorTypes.list.useQuery(undefined, { staleTime: Number.POSITIVE_INFINITY }).data?.items ?? [];
  const { client } = api.useUtils();
  const list = usePagedList({
    procedure: api.tools.calls,
    ask: client.tools.calls.query,
    filters: callFilters(new URLSearchParams(useSearchParams())),
  });
  const toolFilter: ListFilter = {
    param: 'tool',
    label: 'Tool',
    all: 'All tools',
    options: types.map(({ action }) => ({ value: action.tool, label: action.tool })),
  };
  return (
    <FilteredList
      list={list}
      filters={[toolFilter, RESULT_FILTER]}
      empty={
        <EmptyState icon={<IconHistory size={22} />} title="No calls yet">
          Call a tool under Tools, or give an agent a key with the scope invoke: every call is kept here for a while,
          with its arguments masked.
        </EmptyState>
      }
      noMatch={{ title: 'No call matches', hint: 'Choose another tool or result.' }}
    >
      <CallTable list={list} />
    </FilteredList>
  );
}
