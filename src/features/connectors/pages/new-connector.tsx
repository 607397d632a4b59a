'use client';

import { IconPlugConnected } from '@tabler/icons-react';
import { useSearchParams } from 'next/navigation';
import { useSession } from '#features/people/auth/pages/use-session.ts';
import { IntentLink } from '#ui/page/intent-link.tsx';
import { Notice } from '#ui/page/notice.tsx';
import { PageHeader } from '#ui/page/page-header.tsx';
import { paths } from '#ui/page/paths.ts';
import { ListSkeleton } from '#ui/page/skeletons.tsx';
import classes from './new-connector.module.css';
import { NewConnectorForm } from './new-connector-form.tsx';
import type { ConnectorTypeInfo } from './use-connector-types.ts';
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

/** What a connector can be, to choose from. */
function ConnectorTypeCards({ types }: { types: ConnectorTypeInfo[] }) {
  return (
    <ul className={classes.list}>
      {types.map(({ type, name, description }) => (
        <li key={type} className={classes.card}>
          <span className={classes.icon} aria-hidden>
            <IconPlugConnected size={20} />
          </span>
          <div>
            <IntentLink href={paths.newConnector(type)} className={classes.name}>
              {name}
            </IntentLink>
            <p className={classes.description}>{description}</p>
          </div>
        </li>
      ))}
    </ul>
  );
}
