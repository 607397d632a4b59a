'use client';

import { Button, Text } from '@mantine/core';
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
import { useSearchInPayloads } from '#ui/lists/use-search-in-payloads.ts';
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
  const filters = eventFilters(new URLSearchParams(useSearchParams()), useNow());
  const list = usePagedList({
    procedure: api.events.list,
    ask: client.events.list.query,
    filters,
    refetchInterval: filters.payload_contains === undefined ? WATCHING_MS : false,
    loads: filters.payload_contains === undefined ? 'on scroll' : 'on demand',
  });
  useSearchInPayloads(list.rows?.length === 0 && !list.isSettling && filters.search !== undefined);
  return (
    <FilteredList
      list={list}
      search="Id, key, subject, or payload text"
      filters={[typeFilter, TIME_FILTER]}
      otherParams={['in']}
      status={
        filters.payload_contains !== undefined &&
        list.hasMore && (
          <Button variant="subtle" size="compact-sm" mb="sm" loading={list.isLoadingMore} onClick={list.loadMore}>
            Search earlier payloads
          </Button>
        )
      }
      empty={
        <EmptyState
          icon={<IconBroadcast size={22} />}
          title="No events yet"
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
          Programs publish events with POST /api/events, and the change stream publishes what happens on the platform.
          Each event is sent to every webhook that subscribes to its type.
        </EmptyState>
      }
      noMatch={{ title: 'No event matches', hint: 'Choose another event type, or a longer time.' }}
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
    title: 'Subject',
    from: 'md',
    width: '22%',
    render: ({ subject }) => (subject ? <LongName>{subject}</LongName> : '–'),
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
    width: '24%',
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
