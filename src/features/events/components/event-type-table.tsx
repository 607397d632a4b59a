'use client';

import { Table, Text } from '@mantine/core';
import Link from 'next/link';
import { DottedName } from '#ui/dotted-name.tsx';
import { ListTable } from '#ui/list-table.tsx';
import { paths } from '#ui/paths.ts';
import row from '#ui/row-link.module.css';
import type { EventType } from './event-type-values.ts';

/** One row a type; the whole row leads to it. */
export function EventTypeTable({ types }: { types: EventType[] }) {
  const rows = types.map((type) => ({ ...type, id: type.name }));
  return (
    <ListTable
      label="Event types"
      list={{ rows }}
      rowHeight={66}
      head={
        <>
          <Table.Th>Event type</Table.Th>
          <Table.Th visibleFrom="sm" w={130}>
            Of
          </Table.Th>
          <Table.Th ta="right" w={100}>
            Webhooks
          </Table.Th>
        </>
      }
    >
      {({ name, description, built_in, subscriptions }, place) => (
        <Table.Tr {...place} key={name} className={row.row}>
          <Table.Td>
            <Link href={paths.eventType(name)} prefetch={false} className={row.target}>
              <DottedName name={name} />
            </Link>
            <Text c="dimmed" size="sm" style={{ overflowWrap: 'anywhere' }}>
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
      )}
    </ListTable>
  );
}
