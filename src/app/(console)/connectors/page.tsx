import type { Metadata } from 'next';
import { connectorFilters } from '#features/connectors/pages/connector-filters.ts';
import { ConnectorList } from '#features/connectors/pages/connector-list.tsx';
import { paths } from '#ui/page/paths.ts';
import { queryOf, type SearchParams } from '../../query-of.ts';
import { PageData } from '../page-data.tsx';

export const metadata: Metadata = { title: 'Connectors' };

export default async function ConnectorsPage({ searchParams }: { searchParams: SearchParams }) {
  const query = await queryOf(searchParams);
  return (
    <PageData
      path={paths.connectors}
      query={query}
      load={async (api) => {
        const { items } = await api.connectorTypes.list.fetch();
        await api.connectors.list.fetch(connectorFilters(query, items));
      }}
    >
      <ConnectorList />
    </PageData>
  );
}
