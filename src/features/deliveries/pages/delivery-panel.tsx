'use client';

import { CloseButton, Group, Stack, Title } from '@mantine/core';
import { api } from '#client/console-api.ts';
import { LinkButton } from '#ui/page/link-button.tsx';
import { paths } from '#ui/page/paths.ts';
import { QueryFailure } from '#ui/page/query-failure.tsx';
import { ScrollRegion } from '#ui/page/scroll-region.tsx';
import { ListSkeleton } from '#ui/page/skeletons.tsx';
import { DeliveryActions, DeliverySections, WATCHING_MS } from './delivery-detail.tsx';
import classes from './delivery-panel.module.css';

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
  if (id === undefined) return null;
  return (
    <ScrollRegion label="Details of the delivery" className={classes.root}>
      <Group justify="space-between" wrap="nowrap" mb="md">
        <Title order={2} className={classes.title ?? ''}>
          {delivery?.event_type ?? 'Delivery'}
        </Title>
        <CloseButton aria-label="Close" onClick={onClose} />
      </Group>
      <QueryFailure query={query} />
      {!delivery && query.isFetching && <ListSkeleton />}
      {delivery && (
        <Stack gap="lg" opacity={query.isPlaceholderData ? 0.6 : 1}>
          <DeliveryActions delivery={delivery}>
            <LinkButton href={paths.delivery(id)} variant="default">
              Open page
            </LinkButton>
          </DeliveryActions>
          <DeliverySections delivery={delivery} />
        </Stack>
      )}
    </ScrollRegion>
  );
}
