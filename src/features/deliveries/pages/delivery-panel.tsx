'use client';

import { Drawer, Stack } from '@mantine/core';
import { api } from '#client/console-api.ts';
import { LinkButton } from '#ui/page/link-button.tsx';
import { paths } from '#ui/page/paths.ts';
import { QueryFailure } from '#ui/page/query-failure.tsx';
import { ListSkeleton } from '#ui/page/skeletons.tsx';
import { DeliveryActions, DeliverySections, WATCHING_MS } from './delivery-detail.tsx';

/** A delivery beside the list: the list stays where it is, and can still be used. */
export function DeliveryPanel({ id, onClose }: { id: string | undefined; onClose: () => void }) {
  const query = api.deliveries.get.useQuery(
    { id: id ?? '' },
    {
      enabled: id !== undefined,
      placeholderData: (before) => before,
      refetchInterval: ({ state }) => (state.data?.status === 'pending' ? WATCHING_MS : false),
    },
  );
  const delivery = query.data;
  return (
    <Drawer
      opened={id !== undefined}
      onClose={onClose}
      title={delivery?.event_type ?? 'Delivery'}
      size={480}
      withOverlay={false}
      lockScroll={false}
      trapFocus={false}
      closeOnClickOutside={false}
    >
      <QueryFailure query={query} />
      {!delivery && query.isFetching && <ListSkeleton />}
      {delivery && id !== undefined && (
        <Stack gap="lg" opacity={query.isPlaceholderData ? 0.6 : 1}>
          <DeliveryActions delivery={delivery}>
            <LinkButton href={paths.delivery(id)} variant="default">
              Open page
            </LinkButton>
          </DeliveryActions>
          <DeliverySections delivery={delivery} />
        </Stack>
      )}
    </Drawer>
  );
}
