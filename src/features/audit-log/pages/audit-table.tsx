'use client';

import { Text } from '@mantine/core';
import type { Outputs } from '#client/console-api.ts';
import { type Column, type ListRows, ListTable } from '#ui/lists/list-table.tsx';
import { RowButton } from '#ui/lists/row-link.tsx';
import { StateLabel } from '#ui/page/state-label.tsx';
import { DottedName } from '#ui/values/dotted-name.tsx';
import { LongName } from '#ui/values/long-name.tsx';
import { RelativeTime } from '#ui/values/relative-time.tsx';

export type Entry = Outputs['auditLog']['list']['items'][number];

type Props = { list: ListRows<Entry>; onOpen: (id: string) => void };

const OTHER_COLUMNS: Column<Entry>[] = [
  { title: 'What', from: 'xs', render: ({ target }) => <LongName>{target.name}</LongName> },
  { title: 'Who', from: 'sm', render: ({ actor }) => <LongName>{actor.name}</LongName> },
  { title: 'From', from: 'md', width: 136, isDimmed: true, render: ({ ip }) => ip ?? '–' },
  { title: 'When', width: 120, align: 'right', isDimmed: true, render: ({ at }) => <RelativeTime at={at} /> },
];

/** One row per entry. A click anywhere opens it. */
export function AuditTable({ list, onOpen }: Props) {
  const action: Column<Entry> = {
    title: 'Action',
    render: (entry) => (
      <>
        <RowButton onClick={() => onOpen(entry.id)}>
          <DottedName name={entry.action} />
        </RowButton>
        {entry.severity === 'security' && (
          <Text component="span" ml="sm">
            <StateLabel tone="warning">Security</StateLabel>
          </Text>
        )}
        <Text c="dimmed" component="div" hiddenFrom="xs">
          <LongName>{entry.target.name}</LongName>
        </Text>
      </>
    ),
  };
  return <ListTable label="Audit log" list={list} columns={[action, ...OTHER_COLUMNS]} />;
}
