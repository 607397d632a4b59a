'use client';

import { Tabs } from '@mantine/core';
import { IconHistory } from '@tabler/icons-react';
import { useSearchParams } from 'next/navigation';
import { useState } from 'react';
import { api } from '#client/console-api.ts';
import { usePagedList } from '#client/use-paged-list.ts';
import { useSession } from '#features/people/auth/pages/use-session.ts';
import { KeptPanel } from '#ui/forms/kept-panel.tsx';
import { EmptyState } from '#ui/lists/empty-state.tsx';
import type { ListFilter } from '#ui/lists/filter-bar.tsx';
import { FilteredList } from '#ui/lists/filtered-list.tsx';
import { NothingHere } from '#ui/lists/nothing-here.tsx';
import { useUrlQuery } from '#ui/lists/use-url-query.ts';
import { PageHeader } from '#ui/page/page-header.tsx';
import { paths } from '#ui/page/paths.ts';
import { QueryFailure } from '#ui/page/query-failure.tsx';
import { PageSkeleton } from '#ui/page/skeletons.tsx';
import { ConfigurationPanel } from './configuration-panel.tsx';
import { ConnectorHeader } from './connector-header.tsx';
import { historyFilters, SEND_RESULTS, SEND_SOURCES } from './history-filters.ts';
import { SendDrawer } from './send-drawer.tsx';
import { SendTable } from './send-table.tsx';
import { TestPanel } from './test-panel.tsx';
import { useConnectorTypes } from './use-connector-types.ts';

const TABS = ['test', 'history', 'configuration'];

/** A connector's page: a test panel, the history of its sends, and its settings. */
export function ConnectorDetail({ id }: { id: string }) {
  const { mayChange } = useSession();
  const { params, set } = useUrlQuery();
  const query = api.connectors.get.useQuery({ id });
  const types = useConnectorTypes();
  const connector = query.data;
  const code = query.error?.data?.contract_code;

  if (code === 'NOT_FOUND' || code === 'VALIDATION') return <NothingHere />;
  if (!connector && query.isError) {
    return (
      <>
        <PageHeader title="Connector" back={{ href: paths.connectors, label: 'Connectors' }} />
        <QueryFailure query={query} />
      </>
    );
  }
  const type = types?.find(({ type }) => type === connector?.type);
  if (!connector || !type) return <PageSkeleton />;

  // People who can't send see the history first.
  const first = mayChange ? 'test' : 'history';
  const tab = TABS.find((name) => name === params.get('tab')) ?? first;
  return (
    <>
      <ConnectorHeader connector={connector} typeName={type.name} />
      <Tabs value={tab} onChange={(next) => set({ tab: next === first ? null : next, result: null, source: null })}>
        <Tabs.List mb="xl">
          <Tabs.Tab value="test">Test</Tabs.Tab>
          <Tabs.Tab value="history">History</Tabs.Tab>
          <Tabs.Tab value="configuration">Configuration</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="test">
          <TestPanel connector={connector} type={type} />
        </Tabs.Panel>
        <Tabs.Panel value="history">
          <SendHistory id={id} />
        </Tabs.Panel>
        <KeptPanel value="configuration" current={tab}>
          <ConfigurationPanel connector={connector} type={type} />
        </KeptPanel>
      </Tabs>
    </>
  );
}

const FILTERS: ListFilter[] = [
  { param: 'result', label: 'Result', all: 'Any result', options: SEND_RESULTS },
  { param: 'source', label: 'Source', all: 'Any source', options: SEND_SOURCES },
];

/** A connector's sends, newest first, with the responses that haven't been deleted yet. */
function SendHistory({ id }: { id: string }) {
  const { client } = api.useUtils();
  const list = usePagedList({
    procedure: api.connectors.sends,
    ask: client.connectors.sends.query,
    input: { id },
    filters: historyFilters(new URLSearchParams(useSearchParams())),
  });
  const [openedId, setOpenedId] = useState<string>();
  return (
    <>
      <FilteredList
        list={list}
        filters={FILTERS}
        empty={
          <EmptyState icon={<IconHistory size={22} />} title="Nothing sent yet">
            Send a test, or send through the API: every send is kept here for a while, with what came back.
          </EmptyState>
        }
        noMatch={{ title: 'No send matches', hint: 'Choose another result or source.' }}
      >
        <SendTable list={list} onOpen={setOpenedId} />
      </FilteredList>
      <SendDrawer send={list.rows?.find((send) => send.id === openedId)} onClose={() => setOpenedId(undefined)} />
    </>
  );
}
