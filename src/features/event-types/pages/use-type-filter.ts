'use client';

import { api } from '#client/console-api.ts';
import type { ListFilter } from '#ui/lists/filter-bar.tsx';

/** Narrows a list to one event type of the catalogue. */
export function useTypeFilter(): ListFilter {
  const types = api.eventTypes.list.useQuery().data?.items ?? [];
  return {
    param: 'type',
    label: 'Event type',
    all: 'All event types',
    options: types.map(({ name }) => ({ value: name, label: name })),
  };
}
