'use client';

import { Table, Text, UnstyledButton } from '@mantine/core';
import type { Outputs } from '#client/console-api.ts';
import { DottedName } from '#ui/dotted-name.tsx';
import { type ListRows, ListTable } from '#ui/list-table.tsx';
import { LongName } from '#ui/long-name.tsx';
import { RelativeTime } from '#ui/relative-time.tsx';
import row from '#ui/row-link.module.css';
import { StateLabel } from '#ui/state-label.tsx';

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
