'use client';

import { FilterSelect } from '#ui/filter-select.tsx';
import { SearchInput } from '#ui/search-input.tsx';
import { Toolbar } from '#ui/toolbar.tsx';
import { useUrlQuery } from '#ui/use-url-query.ts';
import { useConnectorTypes } from './use-connector-types.ts';

const STATES = [
  { value: 'enabled', label: 'Enabled' },
  { value: 'disabled', label: 'Disabled' },
];

/** Search, type and state of the list; they live in the page's address. */
export function ConnectorToolbar() {
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
