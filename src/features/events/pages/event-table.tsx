'use client';

import { Text } from '@mantine/core';
import type { Outputs } from '#client/console-api.ts';
import { type Column, type ListRows, ListTable } from '#ui/lists/list-table.tsx';
import { RowLink } from '#ui/lists/row-link.tsx';
import { paths } from '#ui/page/paths.ts';
import { StateLabel } from '#ui/page/state-label.tsx';
import { DottedName } from '#ui/values/dotted-name.tsx';
import { LongName } from '#ui/values/long-name.tsx';
import { RelativeTime } from '#ui/values/relative-time.tsx';
import { lookOf, ORIGINS } from './event-look.ts';

type Event = Outputs['events']['list']['items'][number];

const COLUMNS: Column<Event>[] = [
  {
    title: 'Event',
    render: ({ id, event_type }) => (
      <RowLink href={paths.event(id)}>
        <DottedName name={event_type} />
      </RowLink>
    ),
  },
  {
    title: 'Deliveries',
    width: 132,
    render: ({ deliveries }) => {
      const { tone, label } = lookOf(deliveries);
      return <StateLabel tone={tone}>{label}</StateLabel>;
    },
  },
  {
    title: 'Published by',
    from: 'sm',
    width: '30%',
    render: ({ actor, origin }) => (
      <>
        <LongName>{actor.name ?? actor.type}</LongName>
        <Text c="dimmed" size="sm">
          {ORIGINS[origin]}
        </Text>
      </>
    ),
  },
  {
    title: 'When',
    width: 106,
    align: 'right',
    isDimmed: true,
    render: ({ created_at }) => <RelativeTime at={created_at} />,
  },
];

/** One row an event; the whole row leads to it. */
export const EventTable = ({ list }: { list: ListRows<Event> }) => (
  <ListTable label="Events" list={list} columns={COLUMNS} rowHeight={66} />
);
