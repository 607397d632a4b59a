'use client';

import { Table, Text } from '@mantine/core';
import Link from 'next/link';
import { api, type Outputs } from '#client/console-api.ts';
import { type ListRows, ListTable } from '#ui/lists/list-table.tsx';
import row from '#ui/lists/row-link.module.css';
import { paths } from '#ui/page/paths.ts';
import { LongName } from '#ui/values/long-name.tsx';
import { RelativeTime } from '#ui/values/relative-time.tsx';
import { ConnectorState } from './connector-state.tsx';
import classes from './connector-table.module.css';
import { SendOutcome } from './send-outcome.tsx';
import { useConnectorTypes } from './use-connector-types.ts';

type Connector = Outputs['connectors']['get'];

/** One row a connector; the whole row leads to it.  */
export function ConnectorTable({ list }: { list: ListRows<Connector> }) {
  const types = useConnectorTypes();
  return (
    <ListTable
      label="Connectors"
      list={list}
      head={
        <>
          <Table.Th>Name</Table.Th>
          <Table.Th visibleFrom="sm" w={150}>
            Type
          </Table.Th>
          <Table.Th visibleFrom="xs" w={110}>
            State
          </Table.Th>
          <Table.Th w={184}>Last result</Table.Th>
          <Table.Th visibleFrom="sm" ta="right" w={124}>
            Last sent
          </Table.Th>
        </>
      }
    >
      {(connector, place) => (
        <Table.Tr {...place} key={connector.id} className={row.row}>
          <Table.Td>
            <ConnectorLink connector={connector} />
            {!connector.enabled && (
              <Text c="dimmed" hiddenFrom="xs">
                Disabled
              </Text>
            )}
          </Table.Td>
          <Table.Td visibleFrom="sm">
            <Text c="dimmed" className={classes.short}>
              {types?.find(({ type }) => type === connector.type)?.name ?? connector.type}
            </Text>
          </Table.Td>
          <Table.Td visibleFrom="xs">
            <ConnectorState enabled={connector.enabled} />
          </Table.Td>
          <Table.Td>
            <LastResult send={connector.last_send} />
          </Table.Td>
          <Table.Td visibleFrom="sm" ta="right" c="dimmed" className={classes.short}>
            {connector.last_send ? <RelativeTime at={connector.last_send.at} /> : '–'}
          </Table.Td>
        </Table.Tr>
      )}
    </ListTable>
  );
}

/** What the list knows is shown at once while the connector's own page asks for the rest. */
function ConnectorLink({ connector }: { connector: Connector }) {
  const cache = api.useUtils();
  const { id, name } = connector;
  return (
    <Link
      href={paths.connector(id)}
      prefetch={false}
      className={row.target}
      onClick={() => cache.connectors.get.setData({ id }, connector)}
    >
      <LongName>{name}</LongName>
    </Link>
  );
}

function LastResult({ send }: { send: Connector['last_send'] }) {
  if (!send) return <Text c="dimmed">Never sent</Text>;
  return (
    <>
      <SendOutcome ok={send.ok} status={send.status} code={send.error_code} />
      <Text c="dimmed" hiddenFrom="sm" className={classes.short}>
        <RelativeTime at={send.at} />
      </Text>
    </>
  );
}
