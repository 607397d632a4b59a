import type { Metadata } from 'next';
import { deliveryFilters, inAnyState } from '#features/deliveries/pages/delivery-filters.ts';
import { DeliveryList } from '#features/deliveries/pages/delivery-list.tsx';
import { PageHeader } from '#ui/page/page-header.tsx';
import { paths } from '#ui/page/paths.ts';
import { queryOf, type SearchParams } from '../../query-of.ts';
import { PageData } from '../page-data.tsx';

export const metadata: Metadata = { title: 'Deliveries' };

export default async function DeliveriesPage({ searchParams }: { searchParams: SearchParams }) {
  const query = await queryOf(searchParams);
  const webhook_id = query.get('webhook') || undefined;
  const filters = deliveryFilters(query);
  return (
    <PageData
      path={paths.deliveries}
      query={query}
      load={(api) =>
        Promise.all([
          api.deliveries.list.fetch({ webhook_id, ...filters }),
          api.deliveries.counts.fetch({ webhook_id, ...inAnyState(filters) }),
          api.webhooks.list.fetch({ limit: 200 }),
          api.eventTypes.list.fetch(),
        ])
      }
    >
      <PageHeader title="Deliveries" subtitle="Every event that was sent to a webhook, or is about to be." />
      <DeliveryList />
    </PageData>
  );
}
