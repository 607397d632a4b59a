import type { Metadata } from 'next';
import { coverageQuestion } from '#features/csp/components/coverage-question.ts';
import { CoverageView } from '#features/csp/components/coverage-view.tsx';
import { paths } from '#ui/paths.ts';
import { queryOf, type SearchParams } from '../../../query-of.ts';
import { PageData } from '../../page-data.tsx';

export const metadata: Metadata = { title: 'CSP coverage' };

export default async function CspCoveragePage({ searchParams }: { searchParams: SearchParams }) {
  const query = await queryOf(searchParams);
  return (
    <PageData
      path={paths.cspCoverage}
      query={query}
      load={(api) => api.csp.coverage.fetch(coverageQuestion(query, Date.now()))}
    >
      <CoverageView />
    </PageData>
  );
}
