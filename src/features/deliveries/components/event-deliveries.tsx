'use client';

import { Text } from '@mantine/core';
import { api, type Outputs } from '#client/console-api.ts';
import { LoadMore } from '#ui/load-more.tsx';
import { QueryFailure } from '#ui/query-failure.tsx';
import { ListSkeleton } from '#ui/skeletons.tsx';
import { DeliveryTable } from './delivery-table.tsx';

const WATCHING_MS = 3_000;

/** Where an event went, by receiver. */
export function EventDeliveries({ event: { id, deliveries } }: { event: Outputs['events']['get'] }) {
  const query = api.deliveries.ofEvent.useInfiniteQuery(
    { id },
    {
      getNextPageParam: (page) => page.next_cursor,
      refetchInterval: deliveries.pending > 0 ? WATCHING_MS : false,
    },
  );
  const rows = query.data?.pages.flatMap(({ items }) => items);
  return (
    <>
      {query.isError && <QueryFailure query={query} />}
      {query.isPending && <ListSkeleton />}
      {rows?.length === 0 && <Text>No webhook took this event.</Text>}
      {rows && rows.length > 0 && <DeliveryTable deliveries={rows} settling={false} named="receiver" />}
      <LoadMore query={query} />
    </>
  );
}
