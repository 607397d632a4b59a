'use client';

import { IconBroadcast } from '@tabler/icons-react';
import { useSearchParams } from 'next/navigation';
import { api } from '#client/console-api.ts';
import { usePagedList } from '#client/use-paged-list.ts';
import { useTypeFilter } from '#features/event-types/pages/use-type-filter.ts';
import { useSession } from '#features/people/auth/pages/use-session.ts';
import { EmptyState } from '#ui/lists/empty-state.tsx';
import { TIME_FILTER } from '#ui/lists/filter-bar.tsx';
import { FilteredList } from '#ui/lists/filtered-list.tsx';
import { LinkButton } from '#ui/page/link-button.tsx';
import { paths } from '#ui/page/paths.ts';
import { useNow } from '#ui/values/clock.tsx';
import { eventFilters } from './event-filters.ts';
import { EventTable } from './event-table.tsx';

const WATCHING_MS = 5_000;

/** What was published, newest first, and how its deliveries stand. */
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
