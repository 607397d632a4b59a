'use client';

import { Switch } from '@mantine/core';
import { api, type Outputs } from '#client/console-api.ts';
import { useSession } from '#features/people/auth/pages/use-session.ts';
import { failureMessage } from '#ui/page/failure-message.ts';
import { PageHeader } from '#ui/page/page-header.tsx';
import { paths } from '#ui/page/paths.ts';
import { toastDone, toastFailed } from '#ui/page/toast.tsx';
import { Copyable } from '#ui/values/copyable.tsx';
import classes from './connector-header.module.css';
import { ConnectorState } from './connector-state.tsx';

type Connector = Outputs['connectors']['get'];

/** A connector's name, type and id, and the switch that lets it send. */
export function ConnectorHeader({ connector, typeName }: { connector: Connector; typeName: string }) {
  const { mayChange } = useSession();
  return (
    <PageHeader
      title={connector.name}
      back={{ href: paths.connectors, label: 'Connectors' }}
      subtitle={
        <span className={classes.facts}>
          <span>{typeName}</span>
          <Copyable value={connector.id} what="connector id" />
        </span>
      }
      actions={mayChange ? <EnabledSwitch connector={connector} /> : <ConnectorState enabled={connector.enabled} />}
    />
  );
}

/** Moves at once, and back when the server refuses. */
function EnabledSwitch({ connector: { id, name, enabled } }: { connector: Connector }) {
  const cache = api.useUtils();
  const update = api.connectors.update.useMutation({
    onMutate: (change) => {
      cache.connectors.get.setData(
        { id },
        (present) => present && { ...present, enabled: change.enabled ?? present.enabled },
      );
    },
    onSuccess: (connector) => {
      cache.connectors.get.setData({ id }, connector);
      void cache.connectors.list.invalidate();
      toastDone(connector.enabled ? `${name} is enabled.` : `${name} is disabled: it sends nothing.`);
    },
    onError: (error) => {
      void cache.connectors.get.invalidate({ id });
      toastFailed(failureMessage(error));
    },
  });
  return (
    <Switch
      label="Enabled"
      labelPosition="left"
      checked={enabled}
      onChange={(event) => update.mutate({ id, enabled: event.currentTarget.checked })}
    />
  );
}
