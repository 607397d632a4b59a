'use client';

import { IconPlugConnected, IconPlus } from '@tabler/icons-react';
import { useSearchParams } from 'next/navigation';
import { api } from '#client/console-api.ts';
import { usePagedList } from '#client/use-paged-list.ts';
import { useSession } from '#features/people/auth/pages/use-session.ts';
import { EmptyState } from '#ui/lists/empty-state.tsx';
import type { ListFilter } from '#ui/lists/filter-bar.tsx';
import { FilteredList } from '#ui/lists/filtered-list.tsx';
import { LinkButton } from '#ui/page/link-button.tsx';
import { PageHeader } from '#ui/page/page-header.tsx';
import { paths } from '#ui/page/paths.ts';
import { connectorFilters } from './connector-filters.ts';
import { ConnectorTable } from './connector-table.tsx';
import { useConnectorTypes } from './use-connector-types.ts';

const STATE_FILTER: ListFilter = {
  param: 'state',
  label: 'State',
  all: 'Any state',
  options: [
    { value: 'enabled', label: 'Enabled' },
    { value: 'disabled', label: 'Disabled' },
  ],
};

/** All connectors of the organization: what they are, and how their last send ended. */
export function ConnectorList() {
  const { mayChange } = useSession();
  const params = useSearchParams();
  const types = useConnectorTypes();
  const { client } = api.useUtils();
  const list = usePagedList({
    procedure: api.connectors.list,
    ask: client.connectors.list.query,
    filters: connectorFilters(new URLSearchParams(params), types ?? []),
    enabled: types !== undefined,
  });
  const typeFilter: ListFilter = {
    param: 'type',
    label: 'Type',
    all: 'All types',
    options: (types ?? []).map(({ type, name }) => ({ value: type, label: name })),
  };
  return (
    <>
      <PageHeader
        title="Connectors"
        subtitle={
          mayChange ? 'Where this organization sends to.' : 'You can look; an admin or owner can change connectors.'
        }
        actions={
          mayChange &&
          !list.isEmpty && (
            <LinkButton href={paths.newConnector()} leftSection={<IconPlus size={16} />}>
              New connector
            </LinkButton>
          )
        }
      />
      <FilteredList
        list={list}
        search="Search connectors"
        filters={[typeFilter, STATE_FILTER]}
        empty={
          <EmptyState
            icon={<IconPlugConnected size={22} />}
            title="No connectors yet"
            action={mayChange && <LinkButton href={paths.newConnector()}>New connector</LinkButton>}
          >
            A connector sends messages to another system for your agents and programs. Choose what it sends to, give it
            the address or the credentials, and press “Send test”.
          </EmptyState>
        }
        noMatch={{
          title: 'No connector matches',
          hint: 'Look for another part of the name, or take a filter away.',
        }}
      >
        <ConnectorTable list={list} />
      </FilteredList>
    </>
  );
}
