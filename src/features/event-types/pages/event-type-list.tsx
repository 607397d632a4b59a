'use client';

import { Table, Text } from '@mantine/core';
import { IconPlus, IconSearchOff } from '@tabler/icons-react';
import Link from 'next/link';
import { api } from '#client/console-api.ts';
import { useSession } from '#features/people/auth/pages/use-session.ts';
import { EmptyState } from '#ui/lists/empty-state.tsx';
import { ListTable } from '#ui/lists/list-table.tsx';
import row from '#ui/lists/row-link.module.css';
import { SearchInput } from '#ui/lists/search-input.tsx';
import { Toolbar } from '#ui/lists/toolbar.tsx';
import { useUrlQuery } from '#ui/lists/use-url-query.ts';
import { LinkButton } from '#ui/page/link-button.tsx';
import { paths } from '#ui/page/paths.ts';
import { QueryFailure } from '#ui/page/query-failure.tsx';
import { ListSkeleton } from '#ui/page/skeletons.tsx';
import { DottedName } from '#ui/values/dotted-name.tsx';
import type { EventType } from './event-type-values.ts';

/** The catalogue: the organization's own event types first, then those of the platform. */
export function EventTypeList() {
  const { mayChange } = useSession();
  const { params, set } = useUrlQuery();
  const query = api.eventTypes.list.useQuery();
  const search = params.get('search')?.toLowerCase() ?? '';
  const types = query.data?.items
    .filter(({ name, description }) => `${name} ${description}`.toLowerCase().includes(search))
    .toSorted((one, other) => Number(one.built_in) - Number(other.built_in));
  return (
    <>
      <Toolbar>
        <SearchInput
          label="Search event types"
          value={params.get('search') ?? ''}
          onSearch={(text) => set({ search: text })}
        />
        {mayChange && (
          <LinkButton href={paths.newEventType} variant="default" leftSection={<IconPlus size={16} />}>
            New event type
          </LinkButton>
        )}
      </Toolbar>
      {query.isError && <QueryFailure query={query} />}
      {query.isPending && <ListSkeleton />}
      {types?.length === 0 && (
        <EmptyState icon={<IconSearchOff size={22} />} title="No event type matches">
          Search for another part of its name or description.
        </EmptyState>
      )}
      {types && types.length > 0 && <EventTypeTable types={types} />}
    </>
  );
}

/** One row a type; the whole row leads to it. */
function EventTypeTable({ types }: { types: EventType[] }) {
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
      {({ name, description, built_in, webhooks }, place) => (
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
            {webhooks}
          </Table.Td>
        </Table.Tr>
      )}
    </ListTable>
  );
}
