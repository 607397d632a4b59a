'use client';

import { Table, Text } from '@mantine/core';
import Link from 'next/link';
import type { Outputs } from '#client/console-api.ts';
import { writeJson } from '#core/user-json.ts';
import { duration } from '#ui/elapsed.ts';
import { paths } from '#ui/paths.ts';
import { RelativeTime } from '#ui/relative-time.tsx';
import { StateLabel } from '#ui/state-label.tsx';
import classes from './call-table.module.css';

type Call = Outputs['tools']['calls']['items'][number];

/** One row a call. What was sent, and what came back, is in the history of its connector. */
export function CallTable({ calls, settling }: { calls: Call[]; settling: boolean }) {
  return (
    <Table aria-label="Calls of tools" aria-busy={settling} opacity={settling ? 0.6 : 1}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Tool</Table.Th>
          <Table.Th visibleFrom="sm">By</Table.Th>
          <Table.Th visibleFrom="md">Arguments</Table.Th>
          <Table.Th>Result</Table.Th>
          <Table.Th visibleFrom="sm" ta="right">
            Duration
          </Table.Th>
          <Table.Th ta="right">Called</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {calls.map((call) => (
          <CallRow key={call.id} call={call} />
        ))}
      </Table.Tbody>
    </Table>
  );
}

const FACES = { rest: 'REST', trpc: 'tRPC', mcp: 'MCP' } satisfies Record<Call['face'], string>;

function CallRow({ call }: { call: Call }) {
  const { tool, connector, actor, face, error } = call;
  return (
    <Table.Tr>
      <Table.Td>
        <code>{tool}</code>
        {connector && (
          <div>
            <Link href={paths.connector(connector.id, 'history')} prefetch={false} className={classes.connector}>
              {connector.name}
            </Link>
          </div>
        )}
      </Table.Td>
      <Table.Td visibleFrom="sm">
        {actor.name}
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
        {duration(call.duration_ms)}
      </Table.Td>
      <Table.Td ta="right">
        <RelativeTime at={call.at} />
      </Table.Td>
    </Table.Tr>
  );
}
