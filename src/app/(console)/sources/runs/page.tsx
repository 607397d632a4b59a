import type { Metadata } from 'next';
import { runFilters } from '#features/pipeline-runs/pages/run-filters.ts';
import { RunList } from '#features/pipeline-runs/pages/run-list.tsx';
import { paths } from '#ui/page/paths.ts';
import { queryOf, type SearchParams } from '../../../query-of.ts';
import { PageData } from '../../page-data.tsx';

export const metadata: Metadata = { title: 'Pipeline runs' };

export default async function PipelineRunsPage({ searchParams }: { searchParams: SearchParams }) {
  const query = await queryOf(searchParams);
  return (
    <PageData
      path={paths.pipelineRuns}
      query={query}
      load={(api) => api.pipelineRuns.list.fetch(runFilters(query, Date.now()))}
    >
      <RunList />
    </PageData>
  );
}
