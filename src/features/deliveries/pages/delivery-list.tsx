'use client';

import { Button, Group, Text } from '@mantine/core';
import { useHotkeys } from '@mantine/hooks';
import { IconMailbox } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { getQueryKey } from '@trpc/react-query';
import { useRouter, useSearchParams } from 'next/navigation';
import { useCallback, useEffect, useRef, useState } from 'react';
import { api, type Outputs } from '#client/console-api.ts';
import { liveState } from '#client/live-state.ts';
import { useOfflineSince } from '#client/use-offline-since.ts';
import { usePagedList } from '#client/use-paged-list.ts';
import { useTypeFilter } from '#features/event-types/pages/use-type-filter.ts';
import { useSession } from '#features/people/auth/pages/use-session.ts';
import { EmptyState } from '#ui/lists/empty-state.tsx';
import { ExportMenu } from '#ui/lists/export-menu.tsx';
import { type ListFilter, TIME_FILTER } from '#ui/lists/filter-bar.tsx';
import { FilteredList } from '#ui/lists/filtered-list.tsx';
import { queryString } from '#ui/lists/since-filter.ts';
import { useSearchInPayloads } from '#ui/lists/use-search-in-payloads.ts';
import { useUrlQuery } from '#ui/lists/use-url-query.ts';
import { LiveLabel } from '#ui/page/live-label.tsx';
import { paths } from '#ui/page/paths.ts';
import { useNow } from '#ui/values/clock.tsx';
import { count } from '#ui/values/counted.ts';
import { ExactTime } from '#ui/values/exact-time.tsx';
import { type DeliveryFilters, deliveryFilters, inAnyState } from './delivery-filters.ts';
import classes from './delivery-list.module.css';
import { DeliveryPanel } from './delivery-panel.tsx';
import { DeliveryStates } from './delivery-states.tsx';
import { DeliveryTable } from './delivery-table.tsx';
import { MORE_PARAMS, MoreFilters } from './more-filters.tsx';
import { RecoverButton } from './recover-deliveries.tsx';

/** As many rows of the list are read again when deliveries have changed. */
const MOST_SHOWN = 200;

type Page = Outputs['deliveries']['list'];

/**
 * Deliveries of all webhooks or of one, newest first. Rows change in place as deliveries do; new ones are only counted
 * until somebody asks for them, so that no row moves while it is read.
 */
export function DeliveryList({ webhook }: { webhook?: Outputs['webhooks']['get'] }) {
  const { mayChange } = useSession();
  const { params, set } = useUrlQuery();
  const cache = api.useUtils();
  const [searchedBackTo, setSearchedBackTo] = useState<string | null>(null);
  const filters = deliveryFilters(new URLSearchParams(useSearchParams()), useNow());
  const webhook_id = webhook?.id ?? (params.get('webhook') || undefined);
  const input = { webhook_id };
  const list = usePagedList({
    procedure: api.deliveries.list,
    ask: async (question, options) => {
      const page = await cache.client.deliveries.list.query(question, options);
      setSearchedBackTo(page.searched_back_to);
      return page;
    },
    input,
    filters,
    // A search in payloads is work: it goes on when somebody asks for it.
    loads: filters.payload_contains === undefined ? 'on scroll' : 'on demand',
  });
  const counts = api.deliveries.counts.useQuery({ ...input, ...inAnyState(filters) });
  const live = useLiveRows(list, { ...input, ...filters });
  useSearchInPayloads(list.rows?.length === 0 && !list.isSettling && filters.search !== undefined);
  const panel = useRowKeys(list.rows, webhook === undefined);
  const { data: webhooks } = api.webhooks.list.useQuery({ limit: 200 }, { enabled: webhook === undefined });
  const webhookFilter: ListFilter = {
    param: 'webhook',
    label: 'Webhook',
    all: 'All webhooks',
    options: (webhooks?.items ?? []).map(({ id, description, target_url }) => ({
      value: id,
      label: description || new URL(target_url).host,
    })),
  };
  const exported = queryString(
    Object.fromEntries(Object.entries({ ...input, ...filters }).map(([name, value]) => [name, value?.toString()])),
  );
  const isSearch = filters.search !== undefined || filters.payload_contains !== undefined;
  return (
    <>
      <FilteredList
        list={list}
        search="Id, key, subject, or payload text"
        filters={[...(webhook ? [] : [webhookFilter]), useTypeFilter(), TIME_FILTER]}
        otherParams={['status', 'in', ...MORE_PARAMS]}
        actions={<MoreFilters />}
        status={
          <>
            <DeliveryStates counts={counts.data} />
            <div className={classes.live}>
              <Group gap="sm">
                <LiveLabel state={live.state} />
                {live.newer > 0 && (
                  <Button variant="light" size="compact-sm" onClick={live.show}>
                    {live.newer >= 1000 ? '1,000+' : count(live.newer)} new
                  </Button>
                )}
                {list.hasMore && searchedBackTo !== null && (
                  <Text c="dimmed" size="sm" span>
                    {isSearch ? 'Payloads searched' : 'Searched'} back to <ExactTime at={searchedBackTo} />.{' '}
                    {list.loads === 'on demand' && (
                      <Button variant="subtle" size="compact-sm" loading={list.isLoadingMore} onClick={list.loadMore}>
                        Search earlier
                      </Button>
                    )}
                  </Text>
                )}
              </Group>
              <Group gap="xs">
                <Button variant="default" size="xs" className={classes.button ?? ''} onClick={live.toggle}>
                  {live.isPaused ? 'Resume updates' : 'Pause updates'}
                </Button>
                <ExportMenu
                  size="xs"
                  hrefOf={(format) => paths.deliveriesExport(new URLSearchParams([...exported, ['format', format]]))}
                />
                {webhook && mayChange && webhook.status !== 'disabled' && <RecoverButton id={webhook.id} />}
              </Group>
            </div>
          </>
        }
        empty={
          <EmptyState icon={<IconMailbox size={22} />} title="No deliveries yet">
            {webhook
              ? 'Publish an event that this webhook subscribes to, or send a test. Its delivery appears here at once.'
              : 'A delivery appears here for each webhook that an event is sent to.'}
          </EmptyState>
        }
        noMatch={{
          title: 'No delivery matches',
          hint: list.hasMore
            ? 'There are older deliveries that were not searched yet.'
            : filters.payload_contains !== undefined
              ? 'No id, key, or subject is like this, and no payload contains it.'
              : 'Change or clear the filters to see other deliveries.',
        }}
      >
        <DeliveryTable
          list={{ ...list, onRange: live.onRange }}
          {...(webhook ? { of: 'webhook' as const } : { onOpen: panel.open })}
          currentId={panel.id}
        />
      </FilteredList>
      {webhook === undefined && <DeliveryPanel id={panel.id} onClose={() => set({ delivery: null })} />}
    </>
  );
}

type List = {
  rows: { id: string }[] | undefined;
  refetch: () => Promise<unknown>;
  onRange: (range: { first: number; last: number }) => void;
};

/** Reads the rows in view again when deliveries have changed, and counts those that are newer than the list. */
function useLiveRows(list: List, question: DeliveryFilters & { webhook_id: string | undefined }) {
  const cache = api.useUtils();
  const queries = useQueryClient();
  const [isPaused, setPaused] = useState(false);
  const [counted, setCounted] = useState<{ of: string | undefined; newer: number }>();
  const isOffline = useOfflineSince() !== null;
  const range = useRef({ first: 0, last: 0 });
  const newest = list.rows?.[0]?.id;
  const { onRange } = list;
  const hearRange = useCallback(
    (seen: { first: number; last: number }) => {
      range.current = seen;
      onRange(seen);
    },
    [onRange],
  );

  async function read(signal: AbortSignal): Promise<void> {
    if (list.rows === undefined) return;
    if (list.rows.length === 0) {
      await list.refetch();
      return;
    }
    const shown = list.rows.slice(range.current.first, range.current.last + 1).slice(0, MOST_SHOWN);
    const { items, newer } = await cache.client.deliveries.latest.query(
      { ...question, ids: shown.map(({ id }) => id), newer_than: newest ?? null },
      { signal },
    );
    const byId = new Map(items.map((item) => [item.id, item]));
    queries.setQueriesData<Page>({ queryKey: getQueryKey(api.deliveries.list) }, (page) =>
      page?.items.some(({ id }) => byId.has(id))
        ? { ...page, items: page.items.map((item) => ({ ...item, ...byId.get(item.id) })) }
        : page,
    );
    setCounted({ of: newest, newer });
    void cache.deliveries.counts.invalidate();
  }
  const reader = useReader(read);

  const tail = api.deliveries.tail.useSubscription(
    { webhook_id: question.webhook_id },
    { enabled: !isPaused && !isOffline, onData: reader },
  );
  return {
    state: liveState({ connection: tail.status, isOffline, isPaused }),
    isPaused,
    newer: counted?.of === newest ? (counted?.newer ?? 0) : 0,
    toggle: () => setPaused(!isPaused),
    show: () => {
      setCounted(undefined);
      window.scrollTo({ top: 0 });
      void list.refetch();
    },
    onRange: hearRange,
  };
}

/** A read that gets no answer is given up after this time, so that the next one can begin. */
const READ_TIMEOUT_MS = 5_000;

/** Runs one read at a time, and one more after it if it was wanted meanwhile. */
function useReader(read: (signal: AbortSignal) => Promise<void>): () => void {
  const latest = useRef(read);
  useEffect(() => {
    latest.current = read;
  });
  const state = useRef({ isReading: false, isWanted: false });
  return useCallback(() => {
    const { current } = state;
    current.isWanted = true;
    if (current.isReading) return;
    current.isReading = true;
    void (async () => {
      while (current.isWanted) {
        current.isWanted = false;
        const signal = AbortSignal.timeout(READ_TIMEOUT_MS);
        const isOver = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
        await Promise.race([latest.current(signal), isOver]).catch(() => {});
      }
      current.isReading = false;
    })();
  }, []);
}

/** The row whose details are open, by the page's address; j and k go to the next and the previous one, Enter to its page. */
function useRowKeys(rows: readonly { id: string }[] | undefined, isEnabled: boolean) {
  const { params, set } = useUrlQuery();
  const router = useRouter();
  const id = (isEnabled && params.get('delivery')) || undefined;
  const go = (step: number) => {
    if (!isEnabled || !rows?.length) return;
    const at = rows.findIndex((row) => row.id === id);
    const next = rows[at < 0 ? 0 : Math.min(rows.length - 1, Math.max(0, at + step))];
    if (next) set({ delivery: next.id });
  };
  useHotkeys([
    ['j', () => go(1)],
    ['k', () => go(-1)],
    ['Escape', () => id && set({ delivery: null })],
    ['Enter', () => id && router.push(paths.delivery(id))],
  ]);
  return { id, open: (opened: string) => set({ delivery: opened }) };
}
