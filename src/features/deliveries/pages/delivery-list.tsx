'use client';

import { Button, Group } from '@mantine/core';
import { IconMailbox } from '@tabler/icons-react';
import { useSearchParams } from 'next/navigation';
import { useState } from 'react';
import { api, type Outputs } from '#client/console-api.ts';
import { liveState } from '#client/live-state.ts';
import { useOfflineSince } from '#client/use-offline-since.ts';
import { usePagedList } from '#client/use-paged-list.ts';
import { useTypeFilter } from '#features/event-types/pages/use-type-filter.ts';
import { useSession } from '#features/people/auth/pages/use-session.ts';
import { EmptyState } from '#ui/lists/empty-state.tsx';
import { type ListFilter, TIME_FILTER } from '#ui/lists/filter-bar.tsx';
import { FilteredList } from '#ui/lists/filtered-list.tsx';
import { LiveLabel } from '#ui/page/live-label.tsx';
import { useNow } from '#ui/values/clock.tsx';
import { deliveryFilters } from './delivery-filters.ts';
import classes from './delivery-list.module.css';
import { DELIVERY_STATUS_NAMES } from './delivery-state.tsx';
import { DeliveryTable } from './delivery-table.tsx';
import { RecoverButton } from './recover-deliveries.tsx';

const STATE_FILTER: ListFilter = { param: 'status', label: 'State', all: 'Any state', options: DELIVERY_STATUS_NAMES };

/** A webhook's deliveries, newest first, updated live. A button pauses the updates. */
export function DeliveryList({ webhook: { id, status } }: { webhook: Outputs['webhooks']['get'] }) {
  const { mayChange } = useSession();
  const typeFilter = useTypeFilter();
  const [isHeld, setHeld] = useState(false);
  const isOffline = useOfflineSince() !== null;
  const cache = api.useUtils();
  const list = usePagedList({
    procedure: api.webhooks.deliveries,
    ask: cache.client.webhooks.deliveries.query,
    input: { id },
    filters: deliveryFilters(new URLSearchParams(useSearchParams()), useNow()),
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
  return (
    <FilteredList
      list={list}
      filters={[STATE_FILTER, typeFilter, TIME_FILTER]}
      status={
        <div className={classes.live}>
          <LiveLabel state={liveState({ connection: tail.status, isOffline, isPaused: isHeld })} />
          <Group gap="xs">
            <Button variant="default" size="xs" className={classes.button ?? ''} onClick={() => setHeld(!isHeld)}>
              {isHeld ? 'Resume updates' : 'Pause updates'}
            </Button>
            {mayChange && status !== 'disabled' && <RecoverButton id={id} />}
          </Group>
        </div>
      }
      empty={
        <EmptyState icon={<IconMailbox size={22} />} title="Nothing was delivered yet">
          Publish an event that this webhook takes, or send a test: it appears here as it happens.
        </EmptyState>
      }
      noMatch={{ title: 'No delivery matches', hint: 'Take a filter away to see the others.' }}
    >
      <DeliveryTable list={list} />
    </FilteredList>
  );
}
