import type { Metadata } from 'next';
import { EventTypeDetail } from '#features/event-types/pages/event-type-detail.tsx';
import { webhooksTaking } from '#features/webhooks/pages/webhook-filters.ts';
import { paths } from '#ui/page/paths.ts';
import { PageData } from '../../../page-data.tsx';

type Props = { params: Promise<{ name: string }> };

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: decodeURIComponent((await params).name) };
}

export default async function EventTypePage({ params }: Props) {
  const name = decodeURIComponent((await params).name);
  return (
    <PageData
      path={paths.eventType(name)}
      load={(api) => Promise.all([api.eventTypes.list.fetch(), api.webhooks.list.fetch(webhooksTaking(name))])}
    >
      <EventTypeDetail name={name} />
    </PageData>
  );
}
