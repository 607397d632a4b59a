import type { Metadata } from 'next';
import { EventTypeList } from '#features/event-types/pages/event-type-list.tsx';
import { paths } from '#ui/page/paths.ts';
import { queryOf, type SearchParams } from '../../../../query-of.ts';
import { PageData } from '../../../page-data.tsx';

export const metadata: Metadata = { title: 'Event types' };

export default async function EventTypesPage({ searchParams }: { searchParams: SearchParams }) {
  return (
    <PageData path={paths.eventTypes} query={await queryOf(searchParams)} load={(api) => api.eventTypes.list.fetch()}>
      <EventTypeList />
    </PageData>
  );
}
