'use client';

import type { Outputs } from '#client/console-api.ts';
import { type Column, type ListRows, ListTable } from '#ui/lists/list-table.tsx';
import { RowButton } from '#ui/lists/row-link.tsx';
import { Duration } from '#ui/values/duration.tsx';
import { LongName } from '#ui/values/long-name.tsx';
import { RelativeTime } from '#ui/values/relative-time.tsx';
import { SendOutcome } from './send-outcome.tsx';
import { SEND_SOURCE_NAMES } from './send-source-names.ts';

export type Send = Outputs['connectors']['sends']['items'][number];

type Props = { list: ListRows<Send>; onOpen: (id: string) => void };

const OTHER_COLUMNS: Column<Send>[] = [
  { title: 'Source', from: 'xs', width: 110, render: ({ source }) => SEND_SOURCE_NAMES[source] },
  { title: 'By', from: 'sm', isDimmed: true, render: ({ actor }) => <LongName>{actor.name}</LongName> },
  { title: 'Duration', width: 92, align: 'right', render: ({ duration_ms }) => <Duration ms={duration_ms} /> },
  { title: 'Sent', width: 120, align: 'right', render: ({ at }) => <RelativeTime at={at} /> },
];

/** One row a send; the whole row opens it. */
export function SendTable({ list, onOpen }: Props) {
  const result: Column<Send> = {
    title: 'Result',
    render: ({ id, ok, status, error, statuses }) => (
      <RowButton onClick={() => onOpen(id)}>
        <SendOutcome ok={ok} status={status} code={error?.code ?? null} statuses={statuses} />
      </RowButton>
    ),
  };
  return <ListTable label="Send history" list={list} columns={[result, ...OTHER_COLUMNS]} />;
}
