import type { Metadata } from 'next';
import { deliveryFilters } from '#features/deliveries/pages/delivery-filters.ts';
import { DeliveryList } from '#features/deliveries/pages/delivery-list.tsx';
import { PageHeader } from '#ui/page/page-header.tsx';
import { paths } from '#ui/page/paths.ts';
import { queryOf, type SearchParams } from '../../query-of.ts';
import { PageData } from '../page-data.tsx';

export const metadata: Metadata = { title: 'Deliveries' };

export default async function DeliveriesPage({ searchParams }: { searchParams: SearchParams }) {
  const query = await queryOf(searchParams);
  const question = { webhook_id: query.get('webhook') || undefined, ...deliveryFilters(query) };
  const { status: _, retrying: __, ...inAnyState } = question;
  return (
    <PageData
      path={paths.deliveries}
      query={query}
      load={(api) =>
        Promise.all([
          api.deliveries.list.fetch(question),
          api.deliveries.counts.fetch(inAnyState),
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
