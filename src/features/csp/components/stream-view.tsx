'use client';

import { Button } from '@mantine/core';
import { useMemo, useState } from 'react';
import { liveState } from '#client/live-state.ts';
import { Notice } from '#ui/notice.tsx';
import { QueryFailure } from '#ui/query-failure.tsx';
import { ListSkeleton } from '#ui/skeletons.tsx';
import { useUrlQuery } from '#ui/use-url-query.ts';
import { StreamDrawer } from './stream-drawer.tsx';
import { StreamEmpty } from './stream-empty.tsx';
import { isStreamNarrowed, streamFilters } from './stream-filters.ts';
import { StreamLive } from './stream-live.tsx';
import { StreamOlder } from './stream-older.tsx';
import { StreamTable } from './stream-table.tsx';
import { StreamToolbar } from './stream-toolbar.tsx';
import type { StreamLine } from './tail-rows.ts';
import { useTail } from './use-tail.ts';

/** The log stream as it is written: every line, newest first, as it comes. */
export function StreamView() {
  const { params } = useUrlQuery();
  const query = useMemo(() => new URLSearchParams(params), [params]);
  const filters = useMemo(() => streamFilters(query), [query]);
  const [isPaused, setPaused] = useState(false);
  const [isReading, setReading] = useState(false);
  const [opened, setOpened] = useState<StreamLine>();
  const isBusy = isReading || opened !== undefined;
  const { page, rows, tail, isOffline, showHeld, loadOlder, isLoadingOlder } = useTail(filters, isPaused || isBusy);
  const shown = rows?.shown ?? [];

  return (
    <>
      <StreamToolbar />
      <StreamLive
        state={liveState({ connection: tail.status, isOffline, isPaused, isReading: isBusy })}
        lines={shown.length}
        isPaused={isPaused}
        onToggle={() => setPaused(!isPaused)}
      />
      {page.isError && <QueryFailure query={page} />}
      {tail.status === 'error' && (
        <Notice
          tone="failure"
          action={
            <Button variant="default" size="xs" onClick={tail.reset}>
              Connect again
            </Button>
          }
        >
          New lines do not come in: {tail.error.message}
        </Notice>
      )}
      {page.isPending && <ListSkeleton rows={10} />}
      {rows && shown.length === 0 && rows.held.length === 0 && <StreamEmpty isNarrowed={isStreamNarrowed(query)} />}
      {rows && (shown.length > 0 || rows.held.length > 0) && (
        <StreamTable
          rows={shown}
          settling={page.isPlaceholderData}
          heldLines={rows.heldLines}
          onOpen={setOpened}
          onReading={setReading}
          onShowNew={showHeld}
        >
          <StreamOlder
            hasOlder={rows.hasOlder}
            isFull={rows.olderCursor === null}
            loading={isLoadingOlder}
            onLoad={() => void loadOlder()}
          />
        </StreamTable>
      )}
      <StreamDrawer line={opened} onClose={() => setOpened(undefined)} />
    </>
  );
}
