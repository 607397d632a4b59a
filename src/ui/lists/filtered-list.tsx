'use client';

import type { ReactNode } from 'react';
import type { RefusedCall } from '#ui/page/failure-message.ts';
import { QueryFailure } from '#ui/page/query-failure.tsx';
import { ListSkeleton } from '#ui/page/skeletons.tsx';
import { FilterBar, type ListFilter } from './filter-bar.tsx';
import { NoMatch } from './no-match.tsx';
import { useUrlQuery } from './use-url-query.ts';

type List = {
  rows: readonly unknown[] | undefined;
  isPending: boolean;
  /** Whether there is nothing at all: no row, and no filter that could hide one. */
  isEmpty: boolean;
  error: RefusedCall | null;
  refetch: () => Promise<unknown>;
};

type Props = {
  list: List;
  /** The label of the list's search. */
  search?: string;
  filters?: readonly ListFilter[];
  /** Other parameters of the page's address that narrow the list, and that "Clear filters" takes out. */
  otherParams?: readonly string[];
  /** What else one can do with the list, beside its filters. */
  actions?: ReactNode;
  /** Between the filters and the rows: whether they are live. It is there when the list is empty, too. */
  status?: ReactNode;
  /** An `EmptyState` that says how to fill the list. */
  empty: ReactNode;
  /** What is said when the filters leave no row; a list without filters needs none. */
  noMatch?: { title: string; hint: string };
  /** The table. */
  children: ReactNode;
};

/**
 * A list that the page's address narrows: its filters, then its rows, or why there are none. A list that has nothing to
 * narrow shows no filters.
 */
export function FilteredList({
  list,
  search,
  filters = [],
  otherParams = [],
  actions,
  status,
  empty,
  noMatch,
  children,
}: Props) {
  const { set } = useUrlQuery();
  const isUnmatched = list.rows?.length === 0 && !list.isEmpty;
  const clear = () =>
    set(
      Object.fromEntries(['search', ...filters.map(({ param }) => param), ...otherParams].map((name) => [name, null])),
    );
  return (
    <>
      {!list.isEmpty && (search || filters.length > 0) && (
        <FilterBar search={search} filters={filters}>
          {actions}
        </FilterBar>
      )}
      {status}
      <QueryFailure query={list} />
      {list.isPending && <ListSkeleton />}
      {list.isEmpty && empty}
      {isUnmatched && noMatch && (
        <NoMatch title={noMatch.title} onClear={clear}>
          {noMatch.hint}
        </NoMatch>
      )}
      {list.rows && list.rows.length > 0 && children}
    </>
  );
}
