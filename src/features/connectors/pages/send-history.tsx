'use client';

import { IconHistory } from '@tabler/icons-react';
import { useSearchParams } from 'next/navigation';
import { useState } from 'react';
import { api } from '#client/console-api.ts';
import { usePagedList } from '#client/use-paged-list.ts';
import { EmptyState } from '#ui/lists/empty-state.tsx';
import type { ListFilter } from '#ui/lists/filter-bar.tsx';
import { FilteredList } from '#ui/lists/filtered-list.tsx';
import { historyFilters, SEND_RESULTS, SEND_SOURCES } from './history-filters.ts';
import { SendDrawer } from './send-drawer.tsx';
import { SendTable } from './send-table.tsx';

const FILTERS: ListFilter[] = [
  { param: 'result', label: 'Result', all: 'Any result', options: SEND_RESULTS },
  { param: 'source', label: 'Source', all: 'Any source', options: SEND_SOURCES },
];

/** What a connector sent, newest first, with every answer that is still kept. */
export function SendHistory({ id }: { id: string }) {
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
