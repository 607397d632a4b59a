'use client';

import { Table, Text } from '@mantine/core';
import Link from 'next/link';
import { DottedName } from '#ui/dotted-name.tsx';
import { paths } from '#ui/paths.ts';
import row from '#ui/row-link.module.css';
import type { EventType } from './event-type-values.ts';

/** One row a type; the whole row leads to it. */
export function EventTypeTable({ types }: { types: EventType[] }) {
  return (
    <Table aria-label="Event types" layout="fixed">
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Event type</Table.Th>
          <Table.Th visibleFrom="sm" w={130}>
            Of
          </Table.Th>
          <Table.Th ta="right" w={100}>
            Webhooks
          </Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {types.map(({ name, description, built_in, subscriptions }) => (
          <Table.Tr key={name} className={row.row}>
            <Table.Td>
              <Link href={paths.eventType(name)} prefetch={false} className={row.target}>
                <DottedName name={name} />
              </Link>
              <Text c="dimmed" size="sm">
                {description}
              </Text>
            </Table.Td>
            <Table.Td visibleFrom="sm" style={{ whiteSpace: 'nowrap' }}>
              {built_in ? 'the platform' : 'your own'}
            </Table.Td>
            <Table.Td ta="right" style={{ fontVariantNumeric: 'tabular-nums' }}>
              {subscriptions}
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
