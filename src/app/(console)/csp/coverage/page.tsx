import type { Metadata } from 'next';
import { coverageQuestion } from '#features/csp/coverage/pages/coverage-question.ts';
import { CoverageView } from '#features/csp/coverage/pages/coverage-view.tsx';
import { paths } from '#ui/page/paths.ts';
import { queryOf, type SearchParams } from '../../../query-of.ts';
import { PageData } from '../../page-data.tsx';

export const metadata: Metadata = { title: 'CSP coverage' };

export default async function CspCoveragePage({ searchParams }: { searchParams: SearchParams }) {
  const query = await queryOf(searchParams);
  return (
    <PageData
      path={paths.cspCoverage}
      query={query}
      load={(api) =>
        Promise.all([api.csp.coverage.fetch(coverageQuestion(query, Date.now())), api.csp.logState.fetch()])
      }
    >
      <CoverageView />
    </PageData>
  );
}
