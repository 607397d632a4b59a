'use client';

import { keepPreviousData } from '@tanstack/react-query';
import { useSearchParams } from 'next/navigation';
import { api } from '#client/console-api.ts';
import { connectorFilters } from './connector-filters.ts';
import { useConnectorTypes } from './use-connector-types.ts';

/** The connectors that the page's query string asks for, page by page; what was there stays while others come. */
export function useConnectors() {
  const params = useSearchParams();
  const types = useConnectorTypes();
  const filters = connectorFilters(new URLSearchParams(params), types ?? []);
  const query = api.connectors.list.useInfiniteQuery(filters, {
    enabled: types !== undefined,
    getNextPageParam: (page) => page.next_cursor,
    placeholderData: keepPreviousData,
  });
  return {
    connectors: query.data?.pages.flatMap(({ items }) => items),
    isFiltered: Object.values(filters).some((value) => value !== undefined),
    query,
  };
}
