'use client';

import { Drawer, Stack, Title } from '@mantine/core';
import { IconPlayerPlay } from '@tabler/icons-react';
import { useSearchParams } from 'next/navigation';
import { useState } from 'react';
import { api } from '#client/console-api.ts';
import { usePagedList } from '#client/use-paged-list.ts';
import { EmptyState } from '#ui/lists/empty-state.tsx';
import { ExportMenu } from '#ui/lists/export-menu.tsx';
import { type ListFilter, TIME_FILTER } from '#ui/lists/filter-bar.tsx';
import { FilteredList } from '#ui/lists/filtered-list.tsx';
import { type Column, type ListRows, ListTable } from '#ui/lists/list-table.tsx';
import { RowButton } from '#ui/lists/row-link.tsx';
import { queryString } from '#ui/lists/since-filter.ts';
import { LinkButton } from '#ui/page/link-button.tsx';
import { paths } from '#ui/page/paths.ts';
import { StateLabel } from '#ui/page/state-label.tsx';
import { BodyViewer } from '#ui/values/body-viewer.tsx';
import { useNow } from '#ui/values/clock.tsx';
import { Copyable } from '#ui/values/copyable.tsx';
import { count } from '#ui/values/counted.ts';
import { Duration } from '#ui/values/duration.tsx';
import { Facts } from '#ui/values/facts.tsx';
import { LongName } from '#ui/values/long-name.tsx';
import { RelativeTime } from '#ui/values/relative-time.tsx';
import { runFilters } from './run-filters.ts';
import { RUN_STATUSES, type Run, STATUS_OPTIONS, tookMs } from './run-statuses.ts';

const WATCHING_MS = 10_000;

const STATUS_FILTER: ListFilter = { param: 'status', label: 'Status', all: 'Any status', options: STATUS_OPTIONS };

/** The recipe runs that the platform reported, newest first. */
export function RunList() {
  const filters = runFilters(new URLSearchParams(useSearchParams()), useNow());
  const { client } = api.useUtils();
  const list = usePagedList({
    procedure: api.pipelineRuns.list,
    ask: client.pipelineRuns.list.query,
    filters,
    refetchInterval: WATCHING_MS,
  });
  const [openedId, setOpenedId] = useState<string>();
  return (
    <>
      <FilteredList
        list={list}
        search="Search by recipe"
        filters={[STATUS_FILTER, TIME_FILTER]}
        actions={<ExportMenu hrefOf={(format) => paths.pipelineRunsExport(queryString({ format, ...filters }))} />}
        empty={
          <EmptyState
            icon={<IconPlayerPlay size={22} />}
            title="No pipeline runs yet"
            action={
              <LinkButton href={paths.apiDocs} variant="default">
                Open the API docs
              </LinkButton>
            }
          >
            The platform reports them with POST /api/pipeline/runs, or writes them to dataintel.pipeline_runs. Each
            change of a status becomes an event for your webhooks.
          </EmptyState>
        }
        noMatch={{ title: 'No run matches', hint: 'Look for another recipe, or take a filter away.' }}
      >
        <RunTable list={list} onOpen={setOpenedId} />
      </FilteredList>
      <RunDrawer run={list.rows?.find(({ id }) => id === openedId)} onClose={() => setOpenedId(undefined)} />
    </>
  );
}

/** One run in full. */
function RunDrawer({ run, onClose }: { run: Run | undefined; onClose: () => void }) {
  return (
    <Drawer opened={run !== undefined} onClose={onClose} title={run?.recipe_name ?? 'Pipeline run'}>
      {run && <RunDetail run={run} />}
    </Drawer>
  );
}

const rows = (number: number | null) => (number === null ? '–' : count(number));
const time = (at: string | null) => (at ? <RelativeTime at={at} /> : '–');

function RunDetail({ run }: { run: Run }) {
  return (
    <Stack gap="xl">
      <Facts
        items={[
          ['Status', <RunStatus key="status" status={run.status} />],
          ['Run id', <Copyable key="id" value={run.id} what="run id" />],
          ['Recipe id', <Copyable key="recipe" value={run.recipe_id} what="recipe id" />],
          ['Dataset id', run.dataset_id ? <Copyable key="dataset" value={run.dataset_id} what="dataset id" /> : '–'],
          ['Trigger', run.trigger ?? '–'],
          ['Started', time(run.started_at)],
          ['Finished', time(run.finished_at)],
          ['Took', <Duration key="t" ms={tookMs(run)} />],
          ['Rows in', rows(run.rows_in)],
          ['Rows out', rows(run.rows_out)],
          ['Changed', time(run.changed_at)],
        ]}
      />
      {run.error && (
        <section>
          <Title order={3} mb="xs">
            Error
          </Title>
          <BodyViewer label="Error" body={run.error} />
        </section>
      )}
    </Stack>
  );
}

type Props = { list: ListRows<Run>; onOpen: (id: string) => void };

const OTHER_COLUMNS: Column<Run>[] = [
  { title: 'Status', width: 124, render: ({ status }) => <RunStatus status={status} /> },
  {
    title: 'Trigger',
    from: 'sm',
    width: '20%',
    isDimmed: true,
    render: ({ trigger }) => <LongName>{trigger ?? '–'}</LongName>,
  },
  { title: 'Took', from: 'sm', width: 116, align: 'right', render: (run) => <Duration ms={tookMs(run)} /> },
  {
    title: 'Changed',
    width: 120,
    align: 'right',
    isDimmed: true,
    render: ({ changed_at }) => <RelativeTime at={changed_at} />,
  },
];

/** One row per run. A click anywhere opens it. */
function RunTable({ list, onOpen }: Props) {
  const recipe: Column<Run> = {
    title: 'Recipe',
    render: ({ id, recipe_name }) => (
      <RowButton onClick={() => onOpen(id)}>
        <LongName>{recipe_name}</LongName>
      </RowButton>
    ),
  };
  return <ListTable label="Pipeline runs" list={list} columns={[recipe, ...OTHER_COLUMNS]} />;
}

function RunStatus({ status }: { status: Run['status'] }) {
  const { label, tone } = RUN_STATUSES[status];
  return <StateLabel tone={tone}>{label}</StateLabel>;
}
