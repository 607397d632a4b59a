import type { Metadata } from 'next';
import { NewWebhook } from '#features/webhooks/pages/new-webhook.tsx';
import { paths } from '#ui/page/paths.ts';
import { PageData } from '../../page-data.tsx';

export const metadata: Metadata = { title: 'New webhook' };

export default function NewWebhookPage() {
  return (
    <PageData path={paths.newWebhook} load={(api) => api.eventTypes.list.fetch()}>
      <NewWebhook />
    </PageData>
  );
}
