'use client';

import { Button, Group } from '@mantine/core';
import { IconMailbox } from '@tabler/icons-react';
import { keepPreviousData } from '@tanstack/react-query';
import { useSearchParams } from 'next/navigation';
import { useState } from 'react';
import { api, type Outputs } from '#client/console-api.ts';
import { useSession } from '#features/auth/components/use-session.ts';
import { useNow } from '#ui/clock.tsx';
import { EmptyState } from '#ui/empty-state.tsx';
import { FilterSelect } from '#ui/filter-select.tsx';
import { LoadMore } from '#ui/load-more.tsx';
import { QueryFailure } from '#ui/query-failure.tsx';
import { ListSkeleton } from '#ui/skeletons.tsx';
import { StateLabel } from '#ui/state-label.tsx';
import { Toolbar } from '#ui/toolbar.tsx';
import { useUrlQuery } from '#ui/use-url-query.ts';
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
  const cache = api.useUtils();
  const types = api.eventTypes.list.useQuery().data?.items ?? [];
  const query = api.webhooks.deliveries.useInfiniteQuery(
    { id, ...filters },
    { getNextPageParam: (page) => page.next_cursor, placeholderData: keepPreviousData },
  );
  const tail = api.webhooks.tail.useSubscription(
    { id },
    {
      enabled: !isHeld,
      onData: () => {
        void cache.webhooks.deliveries.invalidate({ id });
        void cache.webhooks.get.invalidate({ id });
      },
    },
  );
  const deliveries = query.data?.pages.flatMap(({ items }) => items);
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
        <span role="status">
          <StateLabel tone={isHeld ? 'idle' : tail.status === 'pending' ? 'success' : 'running'}>
            {isHeld ? 'Held' : tail.status === 'pending' ? 'Live' : 'Connecting…'}
          </StateLabel>
        </span>
        <Group gap="xs">
          <Button variant="default" size="xs" className={classes.button ?? ''} onClick={() => setHeld(!isHeld)}>
            {isHeld ? 'Go on' : 'Hold still'}
          </Button>
          {mayChange && status !== 'disabled' && <RecoverButton id={id} />}
        </Group>
      </div>
      {query.isError && <QueryFailure query={query} />}
      {query.isPending && <ListSkeleton />}
      {deliveries?.length === 0 && (
        <EmptyState icon={<IconMailbox />} title={isFiltered ? 'No delivery matches' : 'Nothing was delivered yet'}>
          {isFiltered
            ? 'Take a filter away to see the others.'
            : 'Publish an event that this webhook takes, or send a test: it appears here as it happens.'}
        </EmptyState>
      )}
      {deliveries && deliveries.length > 0 && (
        <DeliveryTable deliveries={deliveries} settling={query.isPlaceholderData} />
      )}
      <LoadMore query={query} />
    </>
  );
}
