'use client';

import { Table, Text } from '@mantine/core';
import Link from 'next/link';
import type { Outputs } from '#client/console-api.ts';
import { type ListRows, ListTable } from '#ui/lists/list-table.tsx';
import row from '#ui/lists/row-link.module.css';
import { paths } from '#ui/page/paths.ts';
import { StateLabel } from '#ui/page/state-label.tsx';
import { DottedName } from '#ui/values/dotted-name.tsx';
import { LongName } from '#ui/values/long-name.tsx';
import { RelativeTime } from '#ui/values/relative-time.tsx';
import { lookOf, ORIGINS } from './event-look.ts';

type Event = Outputs['events']['list']['items'][number];

/** One row an event; the whole row leads to it. */
export function EventTable({ list }: { list: ListRows<Event> }) {
  return (
    <ListTable
      label="Events"
      list={list}
      rowHeight={66}
      head={
        <>
          <Table.Th>Event</Table.Th>
          <Table.Th w={132}>Deliveries</Table.Th>
          <Table.Th visibleFrom="sm" w="30%">
            Published by
          </Table.Th>
          <Table.Th ta="right" w={106}>
            When
          </Table.Th>
        </>
      }
    >
      {(event, place) => {
        const { tone, label } = lookOf(event.deliveries);
        return (
          <Table.Tr {...place} key={event.id} className={row.row}>
            <Table.Td>
              <Link href={paths.event(event.id)} prefetch={false} className={row.target}>
                <DottedName name={event.event_type} />
              </Link>
            </Table.Td>
            <Table.Td>
              <StateLabel tone={tone}>{label}</StateLabel>
            </Table.Td>
            <Table.Td visibleFrom="sm">
              <LongName>{event.actor.name ?? event.actor.type}</LongName>
              <Text c="dimmed" size="sm">
                {ORIGINS[event.origin]}
              </Text>
            </Table.Td>
            <Table.Td ta="right" c="dimmed">
              <RelativeTime at={event.created_at} />
            </Table.Td>
          </Table.Tr>
        );
      }}
    </ListTable>
  );
}
