import type { Metadata } from 'next';
import { DeliveryDetail } from '#features/deliveries/pages/delivery-detail.tsx';
import { paths } from '#ui/page/paths.ts';
import { PageData } from '../../page-data.tsx';

export const metadata: Metadata = { title: 'Delivery' };

export default async function DeliveryPage({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params;
  return (
    <PageData path={paths.delivery(id)} load={(api) => api.deliveries.get.fetch({ id })}>
      <DeliveryDetail id={id} />
    </PageData>
  );
}
