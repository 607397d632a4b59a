'use client';

import { Table, Text, UnstyledButton } from '@mantine/core';
import type { Outputs } from '#client/console-api.ts';
import { type ListRows, ListTable } from '#ui/lists/list-table.tsx';
import row from '#ui/lists/row-link.module.css';
import { StateLabel } from '#ui/page/state-label.tsx';
import { DottedName } from '#ui/values/dotted-name.tsx';
import { LongName } from '#ui/values/long-name.tsx';
import { RelativeTime } from '#ui/values/relative-time.tsx';

export type Entry = Outputs['auditLog']['list']['items'][number];

type Props = { list: ListRows<Entry>; onOpen: (id: string) => void };

/** One row an entry; the whole row opens it. */
export function AuditTable({ list, onOpen }: Props) {
  return (
    <ListTable
      label="Audit log"
      list={list}
      head={
        <>
          <Table.Th>Action</Table.Th>
          <Table.Th visibleFrom="xs">What</Table.Th>
          <Table.Th visibleFrom="sm">Who</Table.Th>
          <Table.Th visibleFrom="md" w={136}>
            From
          </Table.Th>
          <Table.Th ta="right" w={120}>
            When
          </Table.Th>
        </>
      }
    >
      {(entry, place) => (
        <Table.Tr {...place} key={entry.id} className={row.row}>
          <Table.Td>
            <UnstyledButton className={row.target} onClick={() => onOpen(entry.id)}>
              <DottedName name={entry.action} />
            </UnstyledButton>
            {entry.severity === 'security' && (
              <Text component="span" ml="sm">
                <StateLabel tone="warning">Security</StateLabel>
              </Text>
            )}
            <Text c="dimmed" component="div" hiddenFrom="xs">
              <LongName>{entry.target.name}</LongName>
            </Text>
          </Table.Td>
          <Table.Td visibleFrom="xs">
            <LongName>{entry.target.name}</LongName>
          </Table.Td>
          <Table.Td visibleFrom="sm">
            <LongName>{entry.actor.name}</LongName>
          </Table.Td>
          <Table.Td visibleFrom="md">
            <Text c="dimmed">{entry.ip ?? '–'}</Text>
          </Table.Td>
          <Table.Td ta="right" c="dimmed">
            <RelativeTime at={entry.at} />
          </Table.Td>
        </Table.Tr>
      )}
    </ListTable>
  );
}
