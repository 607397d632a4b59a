import type { Metadata } from 'next';
import { PublishEvent } from '#features/events/pages/publish-event.tsx';
import { paths } from '#ui/page/paths.ts';
import { queryOf, type SearchParams } from '../../../query-of.ts';
import { PageData } from '../../page-data.tsx';

export const metadata: Metadata = { title: 'Publish an event' };

export default async function NewEventPage({ searchParams }: { searchParams: SearchParams }) {
  const query = await queryOf(searchParams);
  return (
    <PageData path={paths.newEvent()} query={query} load={(api) => api.eventTypes.list.fetch()}>
      <PublishEvent />
    </PageData>
  );
}
