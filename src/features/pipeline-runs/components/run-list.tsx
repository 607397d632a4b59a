'use client';

import { Button } from '@mantine/core';
import { IconPlayerPlay, IconSearchOff } from '@tabler/icons-react';
import { useState } from 'react';
import { api } from '#client/console-api.ts';
import { usePagedList } from '#client/use-paged-list.ts';
import { useNow } from '#ui/clock.tsx';
import { EmptyState } from '#ui/empty-state.tsx';
import { ExportMenu } from '#ui/export-menu.tsx';
import { FilterSelect } from '#ui/filter-select.tsx';
import { LinkButton } from '#ui/link-button.tsx';
import { paths } from '#ui/paths.ts';
import { QueryFailure } from '#ui/query-failure.tsx';
import { SearchInput } from '#ui/search-input.tsx';
import { queryString, SINCE_OPTIONS } from '#ui/since-filter.ts';
import { ListSkeleton } from '#ui/skeletons.tsx';
import { Toolbar } from '#ui/toolbar.tsx';
import { useUrlQuery } from '#ui/use-url-query.ts';
import { RunDrawer } from './run-drawer.tsx';
import { runFilters } from './run-filters.ts';
import { STATUS_OPTIONS } from './run-statuses.ts';
import { RunTable } from './run-table.tsx';

const WATCHING_MS = 10_000;

/** The runs of recipes that the platform told of, newest first. */
export function RunList() {
  const { params, set } = useUrlQuery();
  const filters = runFilters(new URLSearchParams(params), useNow());
  const { client } = api.useUtils();
  const list = usePagedList({
    procedure: api.pipelineRuns.list,
    ask: client.pipelineRuns.list.query,
    input: filters,
    refetchInterval: WATCHING_MS,
  });
  const [openedId, setOpenedId] = useState<string>();
  const { rows: runs } = list;
  const isFiltered = Object.values(filters).some((value) => value !== undefined);

  if (runs?.length === 0 && !isFiltered)
    return (
      <EmptyState
        icon={<IconPlayerPlay size={22} />}
        title="No pipeline runs yet"
        action={
          <LinkButton href={paths.apiDocs} variant="default">
            Open the API docs
          </LinkButton>
        }
      >
        The platform tells of them by POST /api/pipeline/runs, or writes them to dataintel.pipeline_runs. Each change of
        a status becomes an event for your webhooks.
      </EmptyState>
    );
  return (
    <>
      <Toolbar>
        <SearchInput
          label="Search by recipe"
          value={params.get('search') ?? ''}
          onSearch={(search) => set({ search })}
        />
        <FilterSelect
          label="Status"
          all="Any status"
          options={STATUS_OPTIONS}
          value={params.get('status')}
          onChange={(status) => set({ status })}
        />
        <FilterSelect
          label="Time"
          all="Any time"
          options={SINCE_OPTIONS}
          value={params.get('time')}
          onChange={(time) => set({ time })}
        />
        <ExportMenu hrefOf={(format) => paths.pipelineRunsExport(queryString({ format, ...filters }))} />
      </Toolbar>
      <QueryFailure query={list} />
      {list.isPending && <ListSkeleton />}
      {runs?.length === 0 && (
        <EmptyState
          icon={<IconSearchOff size={22} />}
          title="No run matches"
          action={
            <Button variant="default" onClick={() => set({ search: null, status: null, time: null })}>
              Clear filters
            </Button>
          }
        >
          Look for another recipe, or take a filter away.
        </EmptyState>
      )}
      {runs && runs.length > 0 && <RunTable list={list} onOpen={setOpenedId} />}
      <RunDrawer run={runs?.find(({ id }) => id === openedId)} onClose={() => setOpenedId(undefined)} />
    </>
  );
}
