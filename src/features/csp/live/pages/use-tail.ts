'use client';

import { useDocumentVisibility } from '@mantine/hooks';
import { keepPreviousData } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { api } from '#client/console-api.ts';
import { useOfflineSince } from '#client/use-offline-since.ts';
import { toastFailed } from '#ui/page/toast.tsx';
import { firstLines, type StreamFilters } from './stream-filters.ts';
import { addOlder, receive, release, rowsOf, type TailRows } from './tail-rows.ts';

const OLDER_LINES = 200;

/**
 * The newest lines of the log, followed by new ones as they come. A hidden page closes its connection, because a
 * browser has only six per host, and catches up when it is visible again. So does a page without a network.
 * @param hold whether new lines wait, so that the rows that somebody is reading don't move.
 */
export function useTail(filters: StreamFilters, hold: boolean) {
  const { client } = api.useUtils();
  const page = api.csp.lines.useQuery(firstLines(filters), {
    staleTime: Number.POSITIVE_INFINITY,
    placeholderData: keepPreviousData,
  });
  const [first, setFirst] = useState<typeof page.data>();
  const [rows, setRows] = useState<TailRows>();
  const [from, setFrom] = useState<string>();
  const [isLoadingOlder, setLoadingOlder] = useState(false);
  const place = useRef<string>(undefined);
  const isOffline = useOfflineSince() !== null;
  const isSeen = useDocumentVisibility() !== 'hidden';
  const isFollowing = isSeen && !isOffline;

  if (page.data && !page.isPlaceholderData && page.data !== first) {
    setFirst(page.data);
    setRows(rowsOf(page.data));
    setFrom(page.data.tail_id);
  }
  useEffect(() => {
    place.current = undefined;
  }, [first]);
  useEffect(() => {
    if (isFollowing && place.current) setFrom(place.current);
  }, [isFollowing]);
  useEffect(() => {
    if (!hold) setRows((present) => present && release(present));
  }, [hold]);

  const tail = api.csp.tail.useSubscription(
    { ...filters, lastEventId: from },
    {
      enabled: isFollowing && from !== undefined && !page.isPlaceholderData,
      onData({ id, data: batch }) {
        place.current = id;
        if (batch.gap) void page.refetch();
        else setRows((present) => present && receive(present, batch, id, hold));
      },
    },
  );

  const loadOlder = async () => {
    const cursor = rows?.olderCursor;
    if (!cursor) return;
    setLoadingOlder(true);
    try {
      const older = await client.csp.lines.query({ ...filters, limit: OLDER_LINES, cursor });
      // Unless the rows are others by now, or have grown to the bound.
      setRows((present) => (present?.olderCursor === cursor ? addOlder(present, older) : present));
    } catch {
      toastFailed('Older lines could not be loaded: try again in a moment.');
    }
    setLoadingOlder(false);
  };

  const showHeld = () => setRows((present) => present && release(present));

  return { page, rows, tail, isOffline, showHeld, loadOlder, isLoadingOlder };
}
