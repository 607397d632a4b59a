'use client';

import { Table, Text } from '@mantine/core';
import Link from 'next/link';
import type { Outputs } from '#client/console-api.ts';
import { writeJson } from '#core/json/user-json.ts';
import { type ListRows, ListTable, type RowPlace } from '#ui/lists/list-table.tsx';
import { paths } from '#ui/page/paths.ts';
import { StateLabel } from '#ui/page/state-label.tsx';
import { Duration } from '#ui/values/duration.tsx';
import { LongName } from '#ui/values/long-name.tsx';
import { RelativeTime } from '#ui/values/relative-time.tsx';
import classes from './call-table.module.css';

type Call = Outputs['tools']['calls']['items'][number];

/** One row a call. What was sent, and what came back, is in the history of its connector. */
export function CallTable({ list }: { list: ListRows<Call> }) {
  return (
    <ListTable
      label="Calls of tools"
      list={list}
      rowHeight={66}
      head={
        <>
          <Table.Th>Tool</Table.Th>
          <Table.Th visibleFrom="sm" w="18%">
            By
          </Table.Th>
          <Table.Th visibleFrom="md">Arguments</Table.Th>
          <Table.Th>Result</Table.Th>
          <Table.Th visibleFrom="sm" ta="right" w={92}>
            Duration
          </Table.Th>
          <Table.Th ta="right" w={116}>
            Called
          </Table.Th>
        </>
      }
    >
      {(call, place) => <CallRow key={call.id} call={call} place={place} />}
    </ListTable>
  );
}

const FACES = { rest: 'REST', trpc: 'tRPC', mcp: 'MCP' } satisfies Record<Call['face'], string>;

function CallRow({ call, place }: { call: Call; place: RowPlace }) {
  const { tool, connector, actor, face, error } = call;
  return (
    <Table.Tr {...place}>
      <Table.Td>
        <code className={classes.tool}>{tool}</code>
        {connector && (
          <div>
            <Link href={paths.connector(connector.id, 'history')} prefetch={false} className={classes.connector}>
              <LongName>{connector.name}</LongName>
            </Link>
          </div>
        )}
      </Table.Td>
      <Table.Td visibleFrom="sm">
        <LongName>{actor.name}</LongName>
        <Text c="dimmed">{actor.type === 'user' ? 'in the console' : `by ${FACES[face]}`}</Text>
      </Table.Td>
      <Table.Td visibleFrom="md">
        <code className={classes.arguments}>{writeJson(call.arguments)}</code>
      </Table.Td>
      <Table.Td>
        <StateLabel tone={call.ok ? 'success' : error?.code === 'refused' ? 'warning' : 'failure'}>
          {call.ok ? 'Succeeded' : error?.code === 'refused' ? 'Refused' : 'Failed'}
        </StateLabel>
        {error && <p className={classes.reason}>{error.message}</p>}
      </Table.Td>
      <Table.Td visibleFrom="sm" ta="right">
        <Duration ms={call.duration_ms} />
      </Table.Td>
      <Table.Td ta="right">
        <RelativeTime at={call.at} />
      </Table.Td>
    </Table.Tr>
  );
}
