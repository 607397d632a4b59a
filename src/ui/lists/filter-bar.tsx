'use client';

import type { ReactNode } from 'react';
import { FilterSelect } from './filter-select.tsx';
import { SearchInput } from './search-input.tsx';
import { SINCE_OPTIONS } from './since-filter.ts';
import { Toolbar } from './toolbar.tsx';
import { useUrlQuery } from './use-url-query.ts';

/** What a list can be narrowed by, and which parameter of the page's address keeps what is chosen. */
export type ListFilter = {
  param: string;
  label: string;
  /** What is shown when nothing is chosen: "All types". */
  all: string;
  options: readonly { value: string; label: string }[];
  /** Whether a value that is none of the options narrows the list too, and is then shown as one. */
  takesOthers?: boolean;
};

export const TIME_FILTER: ListFilter = { param: 'time', label: 'Time', all: 'Any time', options: SINCE_OPTIONS };

type Props = {
  /** The label of a search; without, there is none. */
  search?: string | undefined;
  searchParam?: string;
  filters?: readonly ListFilter[];
  /** What else one can do with the list, such as an export. */
  children?: ReactNode;
};

/** The search and the filters of a list, as the page's address has them. */
export function FilterBar({ search, searchParam = 'search', filters = [], children }: Props) {
  const { params, set } = useUrlQuery();
  return (
    <Toolbar>
      {search && (
        <SearchInput
          label={search}
          value={params.get(searchParam) ?? ''}
          onSearch={(text) => set({ [searchParam]: text })}
        />
      )}
      {filters.map(({ param, label, all, options, takesOthers = false }) => {
        const value = params.get(param);
        const isOther = takesOthers && value && !options.some((option) => option.value === value);
        return (
          <FilterSelect
            key={param}
            label={label}
            all={all}
            options={isOther ? [{ value, label: value }, ...options] : options}
            value={value}
            onChange={(chosen) => set({ [param]: chosen })}
          />
        );
      })}
      {children}
    </Toolbar>
  );
}
