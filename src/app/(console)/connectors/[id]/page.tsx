import type { Metadata } from 'next';
import { ConnectorDetail } from '#features/connectors/components/connector-detail.tsx';
import { historyFilters } from '#features/connectors/components/history-filters.ts';
import { paths } from '#ui/paths.ts';
import { queryOf, type SearchParams } from '../../../query-of.ts';
import { PageData } from '../../page-data.tsx';

export const metadata: Metadata = { title: 'Connector' };

type Props = { params: Promise<{ id: string }>; searchParams: SearchParams };

export default async function ConnectorPage({ params, searchParams }: Props) {
  const { id } = await params;
  const query = await queryOf(searchParams);
  return (
    <PageData
      path={paths.connector(id)}
      query={query}
      load={(api) =>
        Promise.all([
          api.connectors.get.fetch({ id }),
          api.connectorTypes.list.fetch(),
          api.connectors.sends.fetchInfinite({ id, ...historyFilters(query) }),
        ])
      }
    >
      <ConnectorDetail id={id} />
    </PageData>
  );
}
