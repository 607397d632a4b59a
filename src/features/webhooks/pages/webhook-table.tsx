'use client';

import { Text } from '@mantine/core';
import { api, type Outputs } from '#client/console-api.ts';
import { type Column, type ListRows, ListTable } from '#ui/lists/list-table.tsx';
import { RowLink } from '#ui/lists/row-link.tsx';
import { paths } from '#ui/page/paths.ts';
import { Duration } from '#ui/values/duration.tsx';
import { LongName } from '#ui/values/long-name.tsx';
import { RelativeTime } from '#ui/values/relative-time.tsx';
import { backlog, successRate } from './webhook-figures.ts';
import { WebhookState } from './webhook-state.tsx';

type Webhook = Outputs['webhooks']['get'];

const FIGURE = { align: 'right', isFigure: true } as const;

const COLUMNS: Column<Webhook>[] = [
  { title: 'Receiver', render: (webhook) => <Receiver webhook={webhook} /> },
  { title: 'State', width: 148, render: (webhook) => <WebhookState webhook={webhook} /> },
  { ...FIGURE, title: 'Success, 24 h', from: 'sm', width: 120, render: ({ stats }) => successRate(stats) },
  { ...FIGURE, title: 'p95', from: 'md', width: 92, render: ({ stats }) => <Duration ms={stats.p95_ms} /> },
  { ...FIGURE, title: 'Waiting', from: 'sm', width: 92, render: ({ stats }) => backlog(stats) },
  {
    ...FIGURE,
    title: 'Last attempt',
    from: 'md',
    width: 120,
    isDimmed: true,
    render: ({ stats }) => (stats.last_attempt_at ? <RelativeTime at={stats.last_attempt_at} /> : '–'),
  },
];

/** Larger counts don't fit into the heading of a section. */
const BRIEF_COLUMNS = COLUMNS.filter(({ title }) => title !== 'Success, 24 h' && title !== 'p95');

/** One row per webhook. The whole row is a link to it. */
export const WebhookTable = ({ list, isBrief = false }: { list: ListRows<Webhook>; isBrief?: boolean }) => (
  <ListTable label="Webhooks" list={list} columns={isBrief ? BRIEF_COLUMNS : COLUMNS} rowHeight={66} />
);

/** The webhook's page shows what the list knows while it loads the rest. */
function Receiver({ webhook }: { webhook: Webhook }) {
  const cache = api.useUtils();
  const { id, target_url, description, event_type } = webhook;
  return (
    <>
      <RowLink href={paths.webhook(id)} onClick={() => cache.webhooks.get.setData({ id }, webhook)}>
        <LongName>{description || target_url}</LongName>
      </RowLink>
      <Text c="dimmed" size="sm" component="div">
        <LongName>{event_type.join(', ')}</LongName>
      </Text>
    </>
  );
}
