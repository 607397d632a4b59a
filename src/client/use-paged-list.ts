'use client';

import { hashKey, useQueries, useQueryClient } from '@tanstack/react-query';
import { TRPCClientError } from '@trpc/client';
import { getQueryKey } from '@trpc/react-query';
import { useEffect, useMemo, useState } from 'react';
import type { AppRouter } from '#api/router.ts';
import { NOTHING_KNOWN, type PagedRows, rowsByPage, settle } from './paged-rows.ts';

/** The next page is requested when this many rows are left below the visible ones. */
const AHEAD_ROWS = 15;

type Page<Row> = { items: Row[]; next_cursor: string | null };

type Options<Input, Filters, Row> = {
  /** The list's procedure, for its place in the cache. */
  procedure: Parameters<typeof getQueryKey>[0];
  /** Asks the server for a page. */
  ask: (
    input: Input & Filters & { cursor: string | undefined },
    options: { signal: AbortSignal },
  ) => Promise<Page<Row>>;
  /** Which list it is, and its order. */
  input?: Input;
  /**
   * The filters in the page's URL, undefined if not set. `since` can move with the clock without restarting the list.
   */
  filters?: Filters;
  enabled?: boolean;
  /** How often the visible pages are refetched. */
  refetchInterval?: number | false;
  /** Whether scrolling loads the next page. Otherwise a button does, for lists with something below them. */
  loads?: 'on scroll' | 'on demand';
};

type State<Row> = { key: string; pages: PagedRows<Row>; before: Row[] | undefined };

/**
 * A list of any length that loads and refetches only what is visible. Each page is its own query, which is observed
 * while one of its rows is visible. `onRange` says which rows are.
 */
export function usePagedList<Input extends object, Filters extends object, Row extends { id: string }>({
  procedure,
  ask,
  input: which = {} as Input,
  filters = {} as Filters,
  enabled = true,
  refetchInterval = false,
  loads = 'on scroll',
}: Options<Input, Filters, Row>) {
  const cache = useQueryClient();
  const input = { ...which, ...filters };
  const [path] = getQueryKey(procedure);
  const { since: _, ...kept } = input as Input & { since?: unknown };
  const key = hashKey([path, kept]);
  const stored = () => cache.getQueryData<PagedRows<Row>>(['paged-list', key]) ?? NOTHING_KNOWN;
  const [state, setState] = useState<State<Row>>(() => ({ key, pages: stored(), before: undefined }));
  const [range, setRange] = useState({ first: 0, last: 0 });
  const [asked, setAsked] = useState<string>();
  const isNew = state.key !== key;
  const current = isNew ? { key, pages: stored(), before: rowsByPage(state.pages).flat() } : state;
  const byPage = useMemo(() => rowsByPage(current.pages), [current.pages]);
  const { pages } = current;

  const count = byPage.reduce((sum, rows) => sum + rows.length, 0);
  const last = pages.at(-1);
  const hasMore = last !== undefined && !last.isKnown;
  const wantsMore =
    hasMore &&
    (pages.length === 1 || (loads === 'on demand' ? asked === last.cursor : range.last >= count - AHEAD_ROWS));
  const ends: number[] = [];
  for (const rows of byPage) ends.push((ends.at(-1) ?? 0) + rows.length);
  const seen = pages.filter((page, index) => {
    const end = ends[index] ?? count;
    const first = end - (byPage[index]?.length ?? 0);
    // One without rows has none that could be seen, and may have some by now.
    const isInView = page.isKnown && first === end ? true : range.first < end && range.last >= first;
    return isInView || (page === last && wantsMore);
  });
  const results = useQueries({
    queries: seen.map(({ cursor }) => ({
      queryKey: [path, { input: { ...input, cursor }, type: 'query' }],
      queryFn: ({ signal }: { signal: AbortSignal }) => ask({ ...input, cursor }, { signal }),
      enabled,
      refetchInterval,
    })),
  });

  const settled = seen.reduce((known, { cursor }, index) => {
    const answer = results[index]?.data;
    return answer ? settle(known, cursor, answer) : known;
  }, pages);
  // While it renders: what has come is shown at once, on the server too.
  if (isNew || settled !== state.pages) setState({ ...current, pages: settled });
  useEffect(() => {
    cache.setQueryData(['paged-list', key], settled);
  }, [cache, key, settled]);

  const isKnown = settled.some((page) => page.isKnown);
  const failed = results.find(({ error }) => error !== null)?.error ?? null;
  const rows = useMemo(() => rowsByPage(settled).flat(), [settled]);
  return {
    /** What is known, or what was there before other filters; undefined until something is. */
    rows: isKnown ? rows : current.before,
    /** Whether there is nothing at all: no row, and no filter that could hide one. */
    isEmpty: isKnown && rows.length === 0 && Object.values(filters).every((value) => value === undefined),
    isPending: !isKnown && current.before === undefined && failed === null,
    /** Whether the rows are those of the filters before. */
    isSettling: !isKnown && current.before !== undefined,
    error: failed instanceof TRPCClientError ? (failed as TRPCClientError<AppRouter>) : null,
    refetch: () => Promise.all(results.map((result) => result.refetch())),
    hasMore: isKnown && hasMore,
    isLoadingMore: wantsMore && results.at(-1)?.isFetching === true,
    loadMore: () => {
      setAsked(last?.cursor);
      if (wantsMore) void results.at(-1)?.refetch();
    },
    loads,
    onRange: setRange,
  };
}
