'use client';

import { useSearchParams } from 'next/navigation';
import { useSession } from '#features/auth/components/use-session.ts';
import { Notice } from '#ui/notice.tsx';
import { PageHeader } from '#ui/page-header.tsx';
import { paths } from '#ui/paths.ts';
import { ListSkeleton } from '#ui/skeletons.tsx';
import { ConnectorTypeCards } from './connector-type-cards.tsx';
import { NewConnectorForm } from './new-connector-form.tsx';
import { useConnectorTypes } from './use-connector-types.ts';

/** First the type, then the form that the type declares. */
export function NewConnector() {
  const { mayChange } = useSession();
  const chosen = useSearchParams().get('type');
  const types = useConnectorTypes();
  const type = types?.find(({ type }) => type === chosen);

  if (!mayChange) {
    return (
      <>
        <PageHeader title="New connector" back={{ href: paths.connectors, label: 'Connectors' }} />
        <Notice>Only an admin or owner can make connectors. Ask one of them.</Notice>
      </>
    );
  }
  if (!type) {
    return (
      <>
        <PageHeader
          title="New connector"
          subtitle="Choose where it sends to."
          back={{ href: paths.connectors, label: 'Connectors' }}
        />
        {types ? <ConnectorTypeCards types={types} /> : <ListSkeleton rows={2} />}
      </>
    );
  }
  return (
    <>
      <PageHeader
        title={`New ${type.name} connector`}
        subtitle={type.description}
        back={{ href: paths.newConnector(), label: 'Types' }}
      />
      <NewConnectorForm type={type} />
    </>
  );
}
