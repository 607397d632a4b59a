import type { Metadata } from 'next';
import { consoleOrigin } from '#api/console-origin.ts';
import { callFilters } from '#features/tools/pages/call-filters.ts';
import { ToolsView } from '#features/tools/pages/tools-view.tsx';
import { paths } from '#ui/page/paths.ts';
import { queryOf, type SearchParams } from '../../query-of.ts';
import { PageData } from '../page-data.tsx';

export const metadata: Metadata = { title: 'Tools' };

export default async function ToolsPage({ searchParams }: { searchParams: SearchParams }) {
  const query = await queryOf(searchParams);
  return (
    <PageData
      path={paths.tools}
      query={query}
      load={(api) =>
        Promise.all([
          api.tools.inspect.fetch(),
          api.connectorTypes.list.fetch(),
          api.tools.calls.fetch(callFilters(query)),
          api.tools.limits.fetchInfinite({}),
        ])
      }
    >
      <ToolsView origin={await consoleOrigin()} />
    </PageData>
  );
}
