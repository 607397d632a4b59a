'use client';

import { Button } from '@mantine/core';
import { IconPlugConnected, IconPlus, IconSearchOff } from '@tabler/icons-react';
import { useSearchParams } from 'next/navigation';
import { api } from '#client/console-api.ts';
import { usePagedList } from '#client/use-paged-list.ts';
import { useSession } from '#features/people/auth/pages/use-session.ts';
import { EmptyState } from '#ui/lists/empty-state.tsx';
import { FilterSelect } from '#ui/lists/filter-select.tsx';
import { SearchInput } from '#ui/lists/search-input.tsx';
import { Toolbar } from '#ui/lists/toolbar.tsx';
import { useUrlQuery } from '#ui/lists/use-url-query.ts';
import { LinkButton } from '#ui/page/link-button.tsx';
import { PageHeader } from '#ui/page/page-header.tsx';
import { paths } from '#ui/page/paths.ts';
import { QueryFailure } from '#ui/page/query-failure.tsx';
import { ListSkeleton } from '#ui/page/skeletons.tsx';
import { connectorFilters } from './connector-filters.ts';
import { ConnectorTable } from './connector-table.tsx';
import { useConnectorTypes } from './use-connector-types.ts';

/** All connectors of the organization: what they are, and how their last send ended. */
export function ConnectorList() {
  const { mayChange } = useSession();
  const { isFiltered, list } = useConnectors();
  const { rows: connectors } = list;
  const isEmpty = connectors?.length === 0 && !isFiltered;
  return (
    <>
      <PageHeader
        title="Connectors"
        subtitle={
          mayChange ? 'Where this organization sends to.' : 'You can look; an admin or owner can change connectors.'
        }
        actions={
          mayChange &&
          !isEmpty && (
            <LinkButton href={paths.newConnector()} leftSection={<IconPlus size={16} />}>
              New connector
            </LinkButton>
          )
        }
      />
      {isEmpty ? (
        <NoConnectors mayChange={mayChange} />
      ) : (
        <>
          <ConnectorToolbar />
          <QueryFailure query={list} />
          {list.isPending && <ListSkeleton />}
          {connectors?.length === 0 && <NoMatch />}
          {connectors && connectors.length > 0 && <ConnectorTable list={list} />}
        </>
      )}
    </>
  );
}

/** The connectors that the page's query string asks for, page by page; what was there stays while others come. */
function useConnectors() {
  const params = useSearchParams();
  const types = useConnectorTypes();
  const filters = connectorFilters(new URLSearchParams(params), types ?? []);
  const { client } = api.useUtils();
  const list = usePagedList({
    procedure: api.connectors.list,
    ask: client.connectors.list.query,
    input: filters,
    enabled: types !== undefined,
  });
  return {
    isFiltered: Object.values(filters).some((value) => value !== undefined),
    list,
  };
}

const STATES = [
  { value: 'enabled', label: 'Enabled' },
  { value: 'disabled', label: 'Disabled' },
];

/** Search, type and state of the list; they live in the page's address. */
function ConnectorToolbar() {
  const { params, set } = useUrlQuery();
  const types = useConnectorTypes() ?? [];
  const search = params.get('search') ?? '';
  return (
    <Toolbar>
      <SearchInput label="Search connectors" value={search} onSearch={(text) => set({ search: text })} />
      <FilterSelect
        label="Type"
        all="All types"
        options={types.map(({ type, name }) => ({ value: type, label: name }))}
        value={params.get('type')}
        onChange={(type) => set({ type })}
      />
      <FilterSelect
        label="State"
        all="Any state"
        options={STATES}
        value={params.get('state')}
        onChange={(state) => set({ state })}
      />
    </Toolbar>
  );
}

/** Nothing has been made yet. */
function NoConnectors({ mayChange }: { mayChange: boolean }) {
  return (
    <EmptyState
      icon={<IconPlugConnected size={22} />}
      title="No connectors yet"
      action={mayChange && <LinkButton href={paths.newConnector()}>New connector</LinkButton>}
    >
      A connector sends messages to another system for your agents and programs. Choose what it sends to, give it the
      address or the credentials, and press “Send test”.
    </EmptyState>
  );
}

/** Something has been made, but the filters leave nothing of it. */
function NoMatch() {
  const { set } = useUrlQuery();
  return (
    <EmptyState
      icon={<IconSearchOff size={22} />}
      title="No connector matches"
      action={
        <Button variant="default" onClick={() => set({ search: null, type: null, state: null })}>
          Clear filters
        </Button>
      }
    >
      Look for another part of the name, or take a filter away.
    </EmptyState>
  );
}
