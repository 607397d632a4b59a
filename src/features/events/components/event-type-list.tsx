'use client';

import { IconPlus, IconSearchOff } from '@tabler/icons-react';
import { api } from '#client/console-api.ts';
import { useSession } from '#features/auth/components/use-session.ts';
import { EmptyState } from '#ui/empty-state.tsx';
import { LinkButton } from '#ui/link-button.tsx';
import { paths } from '#ui/paths.ts';
import { QueryFailure } from '#ui/query-failure.tsx';
import { SearchInput } from '#ui/search-input.tsx';
import { ListSkeleton } from '#ui/skeletons.tsx';
import { Toolbar } from '#ui/toolbar.tsx';
import { useUrlQuery } from '#ui/use-url-query.ts';
import { EventTypeTable } from './event-type-table.tsx';

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
