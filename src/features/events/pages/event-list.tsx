'use client';

import { Button } from '@mantine/core';
import { IconBroadcast, IconSearchOff } from '@tabler/icons-react';
import { api } from '#client/console-api.ts';
import { usePagedList } from '#client/use-paged-list.ts';
import { useSession } from '#features/people/auth/pages/use-session.ts';
import { EmptyState } from '#ui/lists/empty-state.tsx';
import { FilterSelect } from '#ui/lists/filter-select.tsx';
import { SINCE_OPTIONS } from '#ui/lists/since-filter.ts';
import { Toolbar } from '#ui/lists/toolbar.tsx';
import { useUrlQuery } from '#ui/lists/use-url-query.ts';
import { LinkButton } from '#ui/page/link-button.tsx';
import { paths } from '#ui/page/paths.ts';
import { QueryFailure } from '#ui/page/query-failure.tsx';
import { ListSkeleton } from '#ui/page/skeletons.tsx';
import { useNow } from '#ui/values/clock.tsx';
import { eventFilters } from './event-filters.ts';
import { EventTable } from './event-table.tsx';

const WATCHING_MS = 5_000;

/** What was published, newest first, and how its deliveries stand. */
export function EventList() {
  const { mayChange } = useSession();
  const { params, set } = useUrlQuery();
  const filters = eventFilters(new URLSearchParams(params), useNow());
  const types = api.eventTypes.list.useQuery().data?.items ?? [];
  const { client } = api.useUtils();
  const list = usePagedList({
    procedure: api.events.list,
    ask: client.events.list.query,
    input: filters,
    refetchInterval: WATCHING_MS,
  });
  const { rows: events } = list;
  const isFiltered = Object.values(filters).some((value) => value !== undefined);

  if (events?.length === 0 && !isFiltered)
    return (
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
    );
  return (
    <>
      <Toolbar>
        <FilterSelect
          label="Event type"
          all="All event types"
          options={types.map(({ name }) => ({ value: name, label: name }))}
          value={params.get('type')}
          onChange={(type) => set({ type })}
        />
        <FilterSelect
          label="Time"
          all="Any time"
          options={SINCE_OPTIONS}
          value={params.get('time')}
          onChange={(time) => set({ time })}
        />
      </Toolbar>
      <QueryFailure query={list} />
      {list.isPending && <ListSkeleton />}
      {events?.length === 0 && (
        <EmptyState
          icon={<IconSearchOff size={22} />}
          title="No event matches"
          action={
            <Button variant="default" onClick={() => set({ type: null, time: null })}>
              Clear filters
            </Button>
          }
        >
          Take another type or a longer time.
        </EmptyState>
      )}
      {events && events.length > 0 && <EventTable list={list} />}
    </>
  );
}
