import type { Metadata } from 'next';
import { getServerSession } from '#api/server-caller.ts';
import { SourceElsewhere } from '#features/sources/pages/source-elsewhere.tsx';
import { SourceView } from '#features/sources/pages/source-view.tsx';
import { paths } from '#ui/page/paths.ts';
import { queryOf, type SearchParams } from '../../query-of.ts';
import { PageData } from '../page-data.tsx';

export const metadata: Metadata = { title: 'Change stream' };

export default async function SourcePage({ searchParams }: { searchParams: SearchParams }) {
  const session = await getServerSession();
  if (session && !session.sees_csp_reports) return <SourceElsewhere />;
  return (
    <PageData
      path={paths.source}
      query={await queryOf(searchParams)}
      load={(api) =>
        Promise.all([
          api.sources.get.fetch(),
          api.sources.mappings.list.fetch(),
          api.sources.gaps.list.fetch({ state: 'open', limit: 50 }),
        ])
      }
    >
      <SourceView />
    </PageData>
  );
}
