import type { Metadata } from 'next';
import { firstLines, streamFilters } from '#features/csp/live/pages/stream-filters.ts';
import { StreamView } from '#features/csp/live/pages/stream-view.tsx';
import { paths } from '#ui/page/paths.ts';
import { queryOf, type SearchParams } from '../../../query-of.ts';
import { PageData } from '../../page-data.tsx';

export const metadata: Metadata = { title: 'CSP log stream' };

export default async function CspStreamPage({ searchParams }: { searchParams: SearchParams }) {
  const query = await queryOf(searchParams);
  return (
    <PageData
      path={paths.cspStream}
      query={query}
      load={(api) => Promise.all([api.csp.lines.fetch(firstLines(streamFilters(query))), api.csp.logState.fetch()])}
    >
      <StreamView />
    </PageData>
  );
}
