import type { Metadata } from 'next';
import { serverCaller } from '#api/server-caller.ts';
import { ConnectorDetail } from '#features/connectors/pages/connector-detail.tsx';
import { historyFilters } from '#features/connectors/pages/history-filters.ts';
import { paths } from '#ui/page/paths.ts';
import { queryOf, type SearchParams } from '../../../query-of.ts';
import { PageData } from '../../page-data.tsx';
import { titleOf } from '../../title-of.ts';

type Props = { params: Promise<{ id: string }>; searchParams: SearchParams };

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const api = await serverCaller();
  return titleOf(api.connectors.get(await params), ({ name }) => name, 'Connector');
}

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
          api.connectors.sends.fetch({ id, ...historyFilters(query) }),
        ])
      }
    >
      <ConnectorDetail id={id} />
    </PageData>
  );
}
