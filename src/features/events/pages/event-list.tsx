'use client';

import { Text } from '@mantine/core';
import { IconBroadcast } from '@tabler/icons-react';
import { useSearchParams } from 'next/navigation';
import { api, type Outputs } from '#client/console-api.ts';
import { usePagedList } from '#client/use-paged-list.ts';
import { useTypeFilter } from '#features/event-types/pages/use-type-filter.ts';
import { useSession } from '#features/people/auth/pages/use-session.ts';
import { EmptyState } from '#ui/lists/empty-state.tsx';
import { TIME_FILTER } from '#ui/lists/filter-bar.tsx';
import { FilteredList } from '#ui/lists/filtered-list.tsx';
import { type Column, type ListRows, ListTable } from '#ui/lists/list-table.tsx';
import { RowLink } from '#ui/lists/row-link.tsx';
import { LinkButton } from '#ui/page/link-button.tsx';
import { paths } from '#ui/page/paths.ts';
import { StateLabel } from '#ui/page/state-label.tsx';
import { useNow } from '#ui/values/clock.tsx';
import { DottedName } from '#ui/values/dotted-name.tsx';
import { LongName } from '#ui/values/long-name.tsx';
import { RelativeTime } from '#ui/values/relative-time.tsx';
import { eventFilters } from './event-filters.ts';
import { lookOf, ORIGINS } from './event-look.ts';

const WATCHING_MS = 5_000;

/** Published events, newest first, with the state of their deliveries. */
export function EventList() {
  const { mayChange } = useSession();
  const typeFilter = useTypeFilter();
  const { client } = api.useUtils();
  const list = usePagedList({
    procedure: api.events.list,
    ask: client.events.list.query,
    filters: eventFilters(new URLSearchParams(useSearchParams()), useNow()),
    refetchInterval: WATCHING_MS,
  });
  return (
    <FilteredList
      list={list}
      filters={[typeFilter, TIME_FILTER]}
      empty={
        <EmptyState
          icon={<IconBroadcast size={22} />}
          title="Nothing was published yet"
          action={
            mayChange ? (
              <LinkButton href={paths.newEvent()}>Publish an event</LinkButton>
            ) : (
              <LinkButton href={paths.apiDocs} variant="default">
                Open the API docs
              </LinkButton>
            )
          }
        >
          Programs publish by POST /api/events, and the change stream publishes what happens on the platform. Each event
          goes to every webhook that takes its type.
        </EmptyState>
      }
      noMatch={{ title: 'No event matches', hint: 'Take another type or a longer time.' }}
    >
      <EventTable list={list} />
    </FilteredList>
  );
}

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

/** One row per event. A click anywhere opens it. */
const EventTable = ({ list }: { list: ListRows<Event> }) => (
  <ListTable label="Events" list={list} columns={COLUMNS} rowHeight={66} />
);
