'use client';

import { type Column, type ListRows, ListTable } from '#ui/lists/list-table.tsx';
import { RowButton } from '#ui/lists/row-link.tsx';
import { StateLabel } from '#ui/page/state-label.tsx';
import { Duration } from '#ui/values/duration.tsx';
import { LongName } from '#ui/values/long-name.tsx';
import { RelativeTime } from '#ui/values/relative-time.tsx';
import { RUN_STATUSES, type Run, tookMs } from './run-statuses.ts';

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

/** One row a run; the whole row opens it. */
export function RunTable({ list, onOpen }: Props) {
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

export function RunStatus({ status }: { status: Run['status'] }) {
  const { label, tone } = RUN_STATUSES[status];
  return <StateLabel tone={tone}>{label}</StateLabel>;
}
