import type { Metadata } from 'next';
import { NewWebhook } from '#features/deliveries/components/new-webhook.tsx';
import { paths } from '#ui/paths.ts';
import { PageData } from '../../page-data.tsx';

export const metadata: Metadata = { title: 'New webhook' };

export default function NewWebhookPage() {
  return (
    <PageData path={paths.newWebhook} load={(api) => api.eventTypes.list.fetch()}>
      <NewWebhook />
    </PageData>
  );
}
