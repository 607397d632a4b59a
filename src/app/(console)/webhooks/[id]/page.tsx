import type { Metadata } from 'next';
import { serverCaller } from '#api/server-caller.ts';
import { deliveryFilters, inAnyState } from '#features/deliveries/pages/delivery-filters.ts';
import { WebhookDetail } from '#features/webhooks/pages/webhook-detail.tsx';
import { paths } from '#ui/page/paths.ts';
import { queryOf, type SearchParams } from '../../../query-of.ts';
import { PageData } from '../../page-data.tsx';
import { titleOf } from '../../title-of.ts';

type Props = { params: Promise<{ id: string }>; searchParams: SearchParams };

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const api = await serverCaller();
  return titleOf(
    api.webhooks.get(await params),
    ({ description, target_url }) => description || new URL(target_url).host,
    'Webhook',
  );
}

export default async function WebhookPage({ params, searchParams }: Props) {
  const { id } = await params;
  const query = await queryOf(searchParams);
  const filters = deliveryFilters(query);
  return (
    <PageData
      path={paths.webhook(id)}
      query={query}
      load={(api) =>
        Promise.all([
          api.webhooks.get.fetch({ id }),
          api.eventTypes.list.fetch(),
          api.deliveries.list.fetch({ webhook_id: id, ...filters }),
          api.deliveries.counts.fetch({ webhook_id: id, ...inAnyState(filters) }),
        ])
      }
    >
      <WebhookDetail id={id} />
    </PageData>
  );
}
