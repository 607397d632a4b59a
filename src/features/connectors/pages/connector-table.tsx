'use client';

import { Text } from '@mantine/core';
import { api, type Outputs } from '#client/console-api.ts';
import { type Column, type ListRows, ListTable } from '#ui/lists/list-table.tsx';
import { RowLink } from '#ui/lists/row-link.tsx';
import { paths } from '#ui/page/paths.ts';
import { LongName } from '#ui/values/long-name.tsx';
import { RelativeTime } from '#ui/values/relative-time.tsx';
import { ConnectorState } from './connector-state.tsx';
import { SendOutcome } from './send-outcome.tsx';
import { useConnectorTypes } from './use-connector-types.ts';

type Connector = Outputs['connectors']['get'];

const COLUMNS: Column<Connector>[] = [
  { title: 'Name', render: (connector) => <ConnectorLink connector={connector} /> },
  {
    title: 'Type',
    from: 'sm',
    width: 150,
    isDimmed: true,
    isFigure: true,
    render: ({ type }) => <TypeName type={type} />,
  },
  { title: 'State', from: 'xs', width: 110, render: ({ enabled }) => <ConnectorState enabled={enabled} /> },
  { title: 'Last result', width: 184, render: (connector) => <LastResult send={connector.last_send} /> },
  {
    title: 'Last sent',
    from: 'sm',
    width: 124,
    align: 'right',
    isDimmed: true,
    isFigure: true,
    render: ({ last_send }) => (last_send ? <RelativeTime at={last_send.at} /> : '–'),
  },
];

/** One row a connector; the whole row leads to it.  */
export const ConnectorTable = ({ list }: { list: ListRows<Connector> }) => (
  <ListTable label="Connectors" list={list} columns={COLUMNS} />
);

/** What the list knows is shown at once while the connector's own page asks for the rest. */
function ConnectorLink({ connector }: { connector: Connector }) {
  const cache = api.useUtils();
  const { id, name, enabled } = connector;
  return (
    <>
      <RowLink href={paths.connector(id)} onClick={() => cache.connectors.get.setData({ id }, connector)}>
        <LongName>{name}</LongName>
      </RowLink>
      {!enabled && (
        <Text c="dimmed" hiddenFrom="xs">
          Disabled
        </Text>
      )}
    </>
  );
}

const TypeName = ({ type: name }: Pick<Connector, 'type'>) =>
  useConnectorTypes()?.find(({ type }) => type === name)?.name ?? name;

function LastResult({ send }: { send: Connector['last_send'] }) {
  if (!send) return <Text c="dimmed">Never sent</Text>;
  return (
    <>
      <SendOutcome ok={send.ok} status={send.status} code={send.error_code} />
      <Text c="dimmed" hiddenFrom="sm" style={{ whiteSpace: 'nowrap' }}>
        <RelativeTime at={send.at} />
      </Text>
    </>
  );
}
