'use client';

import { Text } from '@mantine/core';
import { api, type Outputs } from '#client/console-api.ts';
import { usePagedList } from '#client/use-paged-list.ts';
import { DeliveryTable } from '#features/deliveries/pages/delivery-table.tsx';
import { QueryFailure } from '#ui/page/query-failure.tsx';
import { ListSkeleton } from '#ui/page/skeletons.tsx';

const WATCHING_MS = 3_000;

/** Where an event went, by receiver. */
export function EventDeliveries({ event: { id, deliveries } }: { event: Outputs['events']['get'] }) {
  const { client } = api.useUtils();
  const list = usePagedList({
    procedure: api.deliveries.ofEvent,
    ask: client.deliveries.ofEvent.query,
    input: { id },
    refetchInterval: deliveries.pending > 0 ? WATCHING_MS : false,
    loads: 'on demand',
  });
  const { rows } = list;
  return (
    <>
      <QueryFailure query={list} />
      {list.isPending && <ListSkeleton />}
      {rows?.length === 0 && <Text>No webhook took this event.</Text>}
      {rows && rows.length > 0 && <DeliveryTable list={list} named="receiver" />}
    </>
  );
}
