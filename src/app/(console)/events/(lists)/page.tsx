import type { Metadata } from 'next';
import { eventFilters } from '#features/events/pages/event-filters.ts';
import { EventList } from '#features/events/pages/event-list.tsx';
import { paths } from '#ui/page/paths.ts';
import { queryOf, type SearchParams } from '../../../query-of.ts';
import { PageData } from '../../page-data.tsx';

export const metadata: Metadata = { title: 'Events' };

export default async function EventsPage({ searchParams }: { searchParams: SearchParams }) {
  const query = await queryOf(searchParams);
  return (
    <PageData
      path={paths.events}
      query={query}
      load={(api) => Promise.all([api.events.list.fetch(eventFilters(query)), api.eventTypes.list.fetch()])}
    >
      <EventList />
    </PageData>
  );
}
