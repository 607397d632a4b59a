'use client';

import { IconPlus } from '@tabler/icons-react';
import { useSession } from '#features/auth/components/use-session.ts';
import { LinkButton } from '#ui/link-button.tsx';
import { PageHeader } from '#ui/page-header.tsx';
import { paths } from '#ui/paths.ts';
import { QueryFailure } from '#ui/query-failure.tsx';
import { ListSkeleton } from '#ui/skeletons.tsx';
import { ConnectorTable } from './connector-table.tsx';
import { ConnectorToolbar } from './connector-toolbar.tsx';
import { NoConnectors, NoMatch } from './no-connectors.tsx';
import { useConnectors } from './use-connectors.ts';

/** All connectors of the organization: what they are, and how their last send ended. */
export function ConnectorList() {
  const { mayChange } = useSession();
  const { isFiltered, list } = useConnectors();
  const { rows: connectors } = list;
  const isEmpty = connectors?.length === 0 && !isFiltered;
  return (
    <>
      <PageHeader
        title="Connectors"
        subtitle={
          mayChange ? 'Where this organization sends to.' : 'You can look; an admin or owner can change connectors.'
        }
        actions={
          mayChange &&
          !isEmpty && (
            <LinkButton href={paths.newConnector()} leftSection={<IconPlus size={16} />}>
              New connector
            </LinkButton>
          )
        }
      />
      {isEmpty ? (
        <NoConnectors mayChange={mayChange} />
      ) : (
        <>
          <ConnectorToolbar />
          <QueryFailure query={list} />
          {list.isPending && <ListSkeleton />}
          {connectors?.length === 0 && <NoMatch />}
          {connectors && connectors.length > 0 && <ConnectorTable list={list} />}
        </>
      )}
    </>
  );
}
