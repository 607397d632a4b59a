import type { Metadata } from 'next';
import { webhookFilters } from '#features/webhooks/pages/webhook-filters.ts';
import { WebhookList } from '#features/webhooks/pages/webhook-list.tsx';
import { paths } from '#ui/page/paths.ts';
import { queryOf, type SearchParams } from '../../query-of.ts';
import { PageData } from '../page-data.tsx';

export const metadata: Metadata = { title: 'Webhooks' };

export default async function WebhooksPage({ searchParams }: { searchParams: SearchParams }) {
  const query = await queryOf(searchParams);
  return (
    <PageData path={paths.webhooks} query={query} load={(api) => api.webhooks.list.fetch(webhookFilters(query))}>
      <WebhookList />
    </PageData>
  );
}
