'use client';

import { IconHistory, IconSearchOff } from '@tabler/icons-react';
import { useState } from 'react';
import { api } from '#client/console-api.ts';
import { usePagedList } from '#client/use-paged-list.ts';
import { EmptyState } from '#ui/lists/empty-state.tsx';
import { FilterSelect } from '#ui/lists/filter-select.tsx';
import { Toolbar } from '#ui/lists/toolbar.tsx';
import { useUrlQuery } from '#ui/lists/use-url-query.ts';
import { QueryFailure } from '#ui/page/query-failure.tsx';
import { ListSkeleton } from '#ui/page/skeletons.tsx';
import { historyFilters, SEND_RESULTS, SEND_SOURCES } from './history-filters.ts';
import { SendDrawer } from './send-drawer.tsx';
import { SendTable } from './send-table.tsx';

/** What a connector sent, newest first, with every answer that is still kept. */
export function SendHistory({ id }: { id: string }) {
  const { params, set } = useUrlQuery();
  const filters = historyFilters(new URLSearchParams(params));
  const { client } = api.useUtils();
  const list = usePagedList({
    procedure: api.connectors.sends,
    ask: client.connectors.sends.query,
    input: { id, ...filters },
  });
  const [openedId, setOpenedId] = useState<string>();
  const { rows: sends } = list;
  const isFiltered = filters.ok !== undefined || filters.source !== undefined;

  if (sends?.length === 0 && !isFiltered) {
    return (
      <EmptyState icon={<IconHistory size={22} />} title="Nothing sent yet">
        Send a test, or send through the API: every send is kept here for a while, with what came back.
      </EmptyState>
    );
  }
  return (
    <>
      <Toolbar>
        <FilterSelect
          label="Result"
          all="Any result"
          options={SEND_RESULTS}
          value={params.get('result')}
          onChange={(result) => set({ result })}
        />
        <FilterSelect
          label="Source"
          all="Any source"
          options={SEND_SOURCES}
          value={params.get('source')}
          onChange={(source) => set({ source })}
        />
      </Toolbar>
      <QueryFailure query={list} />
      {list.isPending && <ListSkeleton />}
      {sends?.length === 0 && (
        <EmptyState icon={<IconSearchOff size={22} />} title="No send matches">
          Choose another result or source.
        </EmptyState>
      )}
      {sends && sends.length > 0 && <SendTable list={list} onOpen={setOpenedId} />}
      <SendDrawer send={sends?.find((send) => send.id === openedId)} onClose={() => setOpenedId(undefined)} />
    </>
  );
}
