'use client';

import { Text } from '@mantine/core';
import type { Outputs } from '#client/console-api.ts';
import { writeJson } from '#core/json/user-json.ts';
import { type Column, type ListRows, ListTable } from '#ui/lists/list-table.tsx';
import { IntentLink } from '#ui/page/intent-link.tsx';
import { paths } from '#ui/page/paths.ts';
import { StateLabel } from '#ui/page/state-label.tsx';
import { Duration } from '#ui/values/duration.tsx';
import { LongName } from '#ui/values/long-name.tsx';
import { RelativeTime } from '#ui/values/relative-time.tsx';
import classes from './call-table.module.css';

type Call = Outputs['tools']['calls']['items'][number];

const FACES = { rest: 'REST', trpc: 'tRPC', mcp: 'MCP' } satisfies Record<Call['face'], string>;

const COLUMNS: Column<Call>[] = [
  {
    title: 'Tool',
    render: ({ tool, connector }) => (
      <>
        <code className={classes.tool}>{tool}</code>
        {connector && (
          <div>
            <IntentLink href={paths.connector(connector.id, 'history')} className={classes.connector}>
              <LongName>{connector.name}</LongName>
            </IntentLink>
          </div>
        )}
      </>
    ),
  },
  {
    title: 'By',
    from: 'sm',
    width: '18%',
    render: ({ actor, face }) => (
      <>
        <LongName>{actor.name}</LongName>
        <Text c="dimmed">{actor.type === 'user' ? 'in the console' : `by ${FACES[face]}`}</Text>
      </>
    ),
  },
  {
    title: 'Arguments',
    from: 'md',
    render: (call) => <code className={classes.arguments}>{writeJson(call.arguments)}</code>,
  },
  {
    title: 'Result',
    render: ({ ok, error }) => (
      <>
        <StateLabel tone={ok ? 'success' : error?.code === 'refused' ? 'warning' : 'failure'}>
          {ok ? 'Succeeded' : error?.code === 'refused' ? 'Refused' : 'Failed'}
        </StateLabel>
        {error && <p className={classes.reason}>{error.message}</p>}
      </>
    ),
  },
  {
    title: 'Duration',
    from: 'sm',
    width: 92,
    align: 'right',
    render: ({ duration_ms }) => <Duration ms={duration_ms} />,
  },
  { title: 'Called', width: 116, align: 'right', render: ({ at }) => <RelativeTime at={at} /> },
];

/** One row a call. What was sent, and what came back, is in the history of its connector. */
export const CallTable = ({ list }: { list: ListRows<Call> }) => (
  <ListTable label="Calls of tools" list={list} columns={COLUMNS} rowHeight={66} />
);
