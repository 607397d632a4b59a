import type { Metadata } from 'next';
import { NewConnector } from '#features/connectors/pages/new-connector.tsx';
import { paths } from '#ui/page/paths.ts';
import { queryOf, type SearchParams } from '../../../query-of.ts';
import { PageData } from '../../page-data.tsx';

export const metadata: Metadata = { title: 'New connector' };

export default async function NewConnectorPage({ searchParams }: { searchParams: SearchParams }) {
  return (
    <PageData
      path={paths.newConnector()}
      query={await queryOf(searchParams)}
      load={(api) => api.connectorTypes.list.fetch()}
    >
      <NewConnector />
    </PageData>
  );
}
