'use client';

import { Button, Group } from '@mantine/core';
import { IconMailbox } from '@tabler/icons-react';
import { useSearchParams } from 'next/navigation';
import { useState } from 'react';
import { api, type Outputs } from '#client/console-api.ts';
import { liveState } from '#client/live-state.ts';
import { useOfflineSince } from '#client/use-offline-since.ts';
import { usePagedList } from '#client/use-paged-list.ts';
import { useSession } from '#features/people/auth/pages/use-session.ts';
import { EmptyState } from '#ui/lists/empty-state.tsx';
import { FilterSelect } from '#ui/lists/filter-select.tsx';
import { Toolbar } from '#ui/lists/toolbar.tsx';
import { useUrlQuery } from '#ui/lists/use-url-query.ts';
import { LiveLabel } from '#ui/page/live-label.tsx';
import { QueryFailure } from '#ui/page/query-failure.tsx';
import { ListSkeleton } from '#ui/page/skeletons.tsx';
import { useNow } from '#ui/values/clock.tsx';
import { deliveryFilters, TIMES } from './delivery-filters.ts';
import classes from './delivery-list.module.css';
import { DELIVERY_STATUS_NAMES } from './delivery-state.tsx';
import { DeliveryTable } from './delivery-table.tsx';
import { RecoverButton } from './recover-deliveries.tsx';

/** A webhook's deliveries, newest first, as they come; held still by a button. */
export function DeliveryList({ webhook: { id, status } }: { webhook: Outputs['webhooks']['get'] }) {
  const { mayChange } = useSession();
  const { params, set } = useUrlQuery();
  const filters = deliveryFilters(new URLSearchParams(useSearchParams()), useNow());
  const [isHeld, setHeld] = useState(false);
  const isOffline = useOfflineSince() !== null;
  const cache = api.useUtils();
  const types = api.eventTypes.list.useQuery().data?.items ?? [];
  const list = usePagedList({
    procedure: api.webhooks.deliveries,
    ask: cache.client.webhooks.deliveries.query,
    input: { id, ...filters },
  });
  const tail = api.webhooks.tail.useSubscription(
    { id },
    {
      enabled: !isHeld && !isOffline,
      onData: () => {
        void cache.webhooks.deliveries.invalidate({ id });
        void cache.webhooks.get.invalidate({ id });
      },
    },
  );
  const { rows: deliveries } = list;
  const isFiltered = Object.values(filters).some((value) => value !== undefined);
  return (
    <>
      <Toolbar>
        <FilterSelect
          label="State"
          all="Any state"
          options={DELIVERY_STATUS_NAMES}
          value={params.get('status')}
          onChange={(status) => set({ status })}
        />
        <FilterSelect
          label="Event type"
          all="All event types"
          options={types.map(({ name }) => ({ value: name, label: name }))}
          value={params.get('type')}
          onChange={(type) => set({ type })}
        />
        <FilterSelect
          label="Time"
          all="Any time"
          options={TIMES}
          value={params.get('time')}
          onChange={(time) => set({ time })}
        />
      </Toolbar>
      <div className={classes.live}>
        <LiveLabel state={liveState({ connection: tail.status, isOffline, isPaused: isHeld })} />
        <Group gap="xs">
          <Button variant="default" size="xs" className={classes.button ?? ''} onClick={() => setHeld(!isHeld)}>
            {isHeld ? 'Resume updates' : 'Pause updates'}
          </Button>
          {mayChange && status !== 'disabled' && <RecoverButton id={id} />}
        </Group>
      </div>
      <QueryFailure query={list} />
      {list.isPending && <ListSkeleton />}
      {deliveries?.length === 0 && (
        <EmptyState icon={<IconMailbox />} title={isFiltered ? 'No delivery matches' : 'Nothing was delivered yet'}>
          {isFiltered
            ? 'Take a filter away to see the others.'
            : 'Publish an event that this webhook takes, or send a test: it appears here as it happens.'}
        </EmptyState>
      )}
      {deliveries && deliveries.length > 0 && <DeliveryTable list={list} />}
    </>
  );
}
