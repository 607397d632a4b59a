import type { Metadata } from 'next';
import { CspOverview } from '#features/csp/groups/pages/csp-overview.tsx';
import { ANY_VIOLATION, overviewQuestions } from '#features/csp/groups/pages/overview-questions.ts';
import { paths } from '#ui/page/paths.ts';
import { queryOf, type SearchParams } from '../../query-of.ts';
import { PageData } from '../page-data.tsx';

export const metadata: Metadata = { title: 'CSP reports' };

export default async function CspOverviewPage({ searchParams }: { searchParams: SearchParams }) {
  const query = await queryOf(searchParams);
  const { timeline, newest, groups } = overviewQuestions(query, Date.now());
  return (
    <PageData
      path={paths.csp}
      query={query}
      load={(api) =>
        Promise.all([
          api.csp.logState.fetch(),
          api.csp.violations.fetch(ANY_VIOLATION),
          api.csp.timeline.fetch(timeline),
          api.csp.groups.fetch(newest),
          api.csp.groups.fetchInfinite(groups),
        ])
      }
    >
      <CspOverview />
    </PageData>
  );
}
