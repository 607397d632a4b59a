import type { Metadata } from 'next';
import { EventDetail } from '#features/events/pages/event-detail.tsx';
import { paths } from '#ui/page/paths.ts';
import { PageData } from '../../page-data.tsx';

export const metadata: Metadata = { title: 'Event' };

export default async function EventPage({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params;
  return (
    <PageData
      path={paths.event(id)}
      load={(api) => Promise.all([api.events.get.fetch({ id }), api.deliveries.ofEvent.fetch({ id })])}
    >
      <EventDetail id={id} />
    </PageData>
  );
}
