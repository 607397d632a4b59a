'use client';

import { Tabs } from '@mantine/core';
import { IconHistory, IconKey } from '@tabler/icons-react';
import { useSearchParams } from 'next/navigation';
import { api } from '#client/console-api.ts';
import { usePagedList } from '#client/use-paged-list.ts';
import { useSession } from '#features/people/auth/pages/use-session.ts';
import { EmptyState } from '#ui/lists/empty-state.tsx';
import type { ListFilter } from '#ui/lists/filter-bar.tsx';
import { FilteredList } from '#ui/lists/filtered-list.tsx';
import { LoadMore } from '#ui/lists/load-more.tsx';
import { useUrlQuery } from '#ui/lists/use-url-query.ts';
import { LinkButton } from '#ui/page/link-button.tsx';
import { PageHeader } from '#ui/page/page-header.tsx';
import { paths } from '#ui/page/paths.ts';
import { QueryFailure } from '#ui/page/query-failure.tsx';
import { ListSkeleton } from '#ui/page/skeletons.tsx';
import { CALL_RESULTS, callFilters } from './call-filters.ts';
import { CallTable } from './call-table.tsx';
import { LimitTable } from './limit-table.tsx';
import { ToolList } from './tool-list.tsx';

const TABS = ['tools', 'calls', 'limits'];

/** The page of agents' tools: the tools, the calls, and the rate limit of each key. */
export function ToolsView({ origin }: { origin: string }) {
  const { params, set } = useUrlQuery();
  const tab = TABS.find((name) => name === params.get('tab')) ?? 'tools';
  return (
    <>
      <PageHeader title="Tools" subtitle="What agents can call, by REST, tRPC and MCP." />
      <Tabs
        value={tab}
        keepMounted={false}
        onChange={(next) => set({ tab: next === 'tools' ? null : next, tool: null, result: null })}
      >
        <Tabs.List mb="xl">
          <Tabs.Tab value="tools">Tools</Tabs.Tab>
          <Tabs.Tab value="calls">Calls</Tabs.Tab>
          <Tabs.Tab value="limits">Limits</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="tools">
          <ToolList origin={origin} />
        </Tabs.Panel>
        <Tabs.Panel value="calls">
          <CallHistory />
        </Tabs.Panel>
        <Tabs.Panel value="limits">
          <CallLimits />
        </Tabs.Panel>
      </Tabs>
    </>
  );
}

/** How often each key may call tools. */
function CallLimits() {
  const { mayChange } = useSession();
  const query = api.tools.limits.useInfiniteQuery({}, { getNextPageParam: (page) => page.next_cursor });
  const keys = query.data?.pages.flatMap(({ items }) => items);
  if (keys?.length === 0) {
    return (
      <EmptyState
        icon={<IconKey size={22} />}
        title="No key may call tools"
        action={mayChange && <LinkButton href={paths.apiKeys}>API keys</LinkButton>}
      >
        Create an API key with the scope invoke, and give it to an agent: here is how often it may call.
      </EmptyState>
    );
  }
  return (
    <>
      {query.isError && <QueryFailure query={query} />}
      {query.isPending && <ListSkeleton />}
      {keys && <LimitTable keys={keys} />}
      <LoadMore query={query} />
    </>
  );
}

const RESULT_FILTER: ListFilter = { param: 'result', label: 'Result', all: 'Any result', options: CALL_RESULTS };

/** Tool calls by agents and people, newest first: the caller, the arguments, and the result. */
function CallHistory() {
  const types = api.connectorTypes.list.useQuery(undefined, { staleTime: Number.POSITIVE_INFINITY }).data?.items ?? [];
  const { client } = api.useUtils();
  const list = usePagedList({
    procedure: api.tools.calls,
    ask: client.tools.calls.query,
    filters: callFilters(new URLSearchParams(useSearchParams())),
  });
  const toolFilter: ListFilter = {
    param: 'tool',
    label: 'Tool',
    all: 'All tools',
    options: types.map(({ action }) => ({ value: action.tool, label: action.tool })),
  };
  return (
    <FilteredList
      list={list}
      filters={[toolFilter, RESULT_FILTER]}
      empty={
        <EmptyState icon={<IconHistory size={22} />} title="No calls yet">
          Call a tool under Tools, or give an agent a key with the scope invoke: every call is kept here for a while,
          with its arguments masked.
        </EmptyState>
      }
      noMatch={{ title: 'No call matches', hint: 'Choose another tool or result.' }}
    >
      <CallTable list={list} />
    </FilteredList>
  );
}
