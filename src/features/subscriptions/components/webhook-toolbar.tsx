'use client';

import { FilterSelect } from '#ui/filter-select.tsx';
import { SearchInput } from '#ui/search-input.tsx';
import { Toolbar } from '#ui/toolbar.tsx';
import { useUrlQuery } from '#ui/use-url-query.ts';

const STATES = [
  { value: 'active', label: 'Active' },
  { value: 'paused', label: 'Paused' },
  { value: 'disabled', label: 'Disabled' },
];

/** Search and state of the list; they live in the page's address. */
export function WebhookToolbar() {
  const { params, set } = useUrlQuery();
  return (
    <Toolbar>
      <SearchInput
        label="Search webhooks"
        value={params.get('search') ?? ''}
        onSearch={(text) => set({ search: text })}
      />
      <FilterSelect
        label="State"
        all="Any state"
        options={STATES}
        value={params.get('status')}
        onChange={(status) => set({ status })}
      />
    </Toolbar>
  );
}
