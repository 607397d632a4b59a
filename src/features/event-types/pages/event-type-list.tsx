'use client';

import { Text } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { api } from '#client/console-api.ts';
import { useSession } from '#features/people/auth/pages/use-session.ts';
import { FilterBar } from '#ui/lists/filter-bar.tsx';
import { type Column, ListTable } from '#ui/lists/list-table.tsx';
import { NoMatch } from '#ui/lists/no-match.tsx';
import { RowLink } from '#ui/lists/row-link.tsx';
import { useUrlQuery } from '#ui/lists/use-url-query.ts';
import { LinkButton } from '#ui/page/link-button.tsx';
import { paths } from '#ui/page/paths.ts';
import { QueryFailure } from '#ui/page/query-failure.tsx';
import { ListSkeleton } from '#ui/page/skeletons.tsx';
import { DottedName } from '#ui/values/dotted-name.tsx';
import type { EventType } from './event-type-values.ts';

const COLUMNS: Column<EventType & { id: string }>[] = [
  {
    title: 'Event type',
    render: ({ name, description }) => (
      <>
        <RowLink href={paths.eventType(name)}>
          <DottedName name={name} />
        </RowLink>
        <Text c="dimmed" size="sm" style={{ overflowWrap: 'anywhere' }}>
          {description}
        </Text>
      </>
    ),
  },
  {
    title: 'Of',
    from: 'sm',
    width: 130,
    isFigure: true,
    render: ({ built_in }) => (built_in ? 'the platform' : 'your own'),
  },
  { title: 'Webhooks', width: 100, align: 'right', isFigure: true, render: ({ webhooks }) => webhooks },
];

/** The catalogue: the organization's own event types first, then those of the platform; the whole row leads to one. */
export function EventTypeList() {
  const { mayChange } = useSession();
  const query = api.eventTypes.list.useQuery();
  const { params, set } = useUrlQuery();
  const search = params.get('search')?.toLowerCase() ?? '';
  const rows = query.data?.items
    .filter(({ name, description }) => `${name} ${description}`.toLowerCase().includes(search))
    .toSorted((one, other) => Number(one.built_in) - Number(other.built_in))
    .map((type) => ({ ...type, id: type.name }));
  return (
    <>
      <FilterBar search="Search event types">
        {mayChange && (
          <LinkButton href={paths.newEventType} variant="default" leftSection={<IconPlus size={16} />}>
            New event type
          </LinkButton>
        )}
      </FilterBar>
      {query.isError && <QueryFailure query={query} />}
      {query.isPending && <ListSkeleton />}
      {rows?.length === 0 && (
        <NoMatch title="No event type matches" onClear={() => set({ search: null })}>
          Search for another part of its name or description.
        </NoMatch>
      )}
      {rows && rows.length > 0 && <ListTable label="Event types" list={{ rows }} columns={COLUMNS} rowHeight={66} />}
    </>
  );
}
