'use client';

import { Table, Text, UnstyledButton } from '@mantine/core';
import type { Outputs } from '#client/console-api.ts';
import { RelativeTime } from '#ui/relative-time.tsx';
import row from '#ui/row-link.module.css';
import { StateLabel } from '#ui/state-label.tsx';

export type Entry = Outputs['auditLog']['list']['items'][number];

type Props = { entries: Entry[]; settling: boolean; onOpen: (id: string) => void };

/** One row an entry; the whole row opens it. */
export function AuditTable({ entries, settling, onOpen }: Props) {
  return (
    <Table aria-label="Audit log" aria-busy={settling} opacity={settling ? 0.6 : 1}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Action</Table.Th>
          <Table.Th visibleFrom="xs">What</Table.Th>
          <Table.Th visibleFrom="sm">Who</Table.Th>
          <Table.Th visibleFrom="md">From</Table.Th>
          <Table.Th ta="right">When</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {entries.map((entry) => (
          <Table.Tr key={entry.id} className={row.row}>
            <Table.Td>
              <UnstyledButton className={row.target} onClick={() => onOpen(entry.id)}>
                {entry.action}
              </UnstyledButton>
              {entry.severity === 'security' && (
                <Text component="span" ml="sm">
                  <StateLabel tone="warning">Security</StateLabel>
                </Text>
              )}
              <Text c="dimmed" hiddenFrom="xs">
                {entry.target.name}
              </Text>
            </Table.Td>
            <Table.Td visibleFrom="xs">{entry.target.name}</Table.Td>
            <Table.Td visibleFrom="sm">{entry.actor.name}</Table.Td>
            <Table.Td visibleFrom="md">
              <Text c="dimmed">{entry.ip ?? '–'}</Text>
            </Table.Td>
            <Table.Td ta="right" c="dimmed">
              <RelativeTime at={entry.at} />
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
