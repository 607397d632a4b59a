'use client';

import { useSearchParams } from 'next/navigation';
import { api } from '#client/console-api.ts';
import { usePagedList } from '#client/use-paged-list.ts';
import { connectorFilters } from './connector-filters.ts';
import { useConnectorTypes } from './use-connector-types.ts';

/** The connectors that the page's query string asks for, page by page; what was there stays while others come. */
export function useConnectors() {
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
