'use client';

import { Table, Text } from '@mantine/core';
import Link from 'next/link';
import { api, type Outputs } from '#client/console-api.ts';
import { type ListRows, ListTable } from '#ui/lists/list-table.tsx';
import row from '#ui/lists/row-link.module.css';
import { paths } from '#ui/page/paths.ts';
import { Duration } from '#ui/values/duration.tsx';
import { LongName } from '#ui/values/long-name.tsx';
import { RelativeTime } from '#ui/values/relative-time.tsx';
import { backlog, successRate } from './webhook-figures.ts';
import { WebhookState } from './webhook-state.tsx';
import classes from './webhook-table.module.css';

type Webhook = Outputs['webhooks']['get'];

/** One row a webhook; the whole row leads to it. */
export function WebhookTable({ list }: { list: ListRows<Webhook> }) {
  return (
    <ListTable
      label="Webhooks"
      list={list}
      rowHeight={66}
      head={
        <>
          <Table.Th>Receiver</Table.Th>
          <Table.Th w={148}>State</Table.Th>
          <Table.Th visibleFrom="sm" ta="right" w={120}>
            Success, 24 h
          </Table.Th>
          <Table.Th visibleFrom="md" ta="right" w={92}>
            p95
          </Table.Th>
          <Table.Th visibleFrom="sm" ta="right" w={92}>
            Waiting
          </Table.Th>
          <Table.Th visibleFrom="md" ta="right" w={120}>
            Last attempt
          </Table.Th>
        </>
      }
    >
      {(webhook, place) => (
        <Table.Tr {...place} key={webhook.id} className={row.row}>
          <Table.Td>
            <WebhookLink webhook={webhook} />
            <Text c="dimmed" size="sm" component="div">
              <LongName>{webhook.event_type.join(', ')}</LongName>
            </Text>
          </Table.Td>
          <Table.Td>
            <WebhookState webhook={webhook} />
          </Table.Td>
          <Table.Td visibleFrom="sm" ta="right" className={classes.figure}>
            {successRate(webhook.stats)}
          </Table.Td>
          <Table.Td visibleFrom="md" ta="right" className={classes.figure}>
            <Duration ms={webhook.stats.p95_ms} />
          </Table.Td>
          <Table.Td visibleFrom="sm" ta="right" className={classes.figure}>
            {backlog(webhook.stats)}
          </Table.Td>
          <Table.Td visibleFrom="md" ta="right" c="dimmed" className={classes.figure}>
            {webhook.stats.last_attempt_at ? <RelativeTime at={webhook.stats.last_attempt_at} /> : '–'}
          </Table.Td>
        </Table.Tr>
      )}
    </ListTable>
  );
}

/** What the list knows is shown at once while the webhook's own page asks for the rest. */
function WebhookLink({ webhook }: { webhook: Webhook }) {
  const cache = api.useUtils();
  const { id, target_url, description } = webhook;
  return (
    <Link
      href={paths.webhook(id)}
      prefetch={false}
      className={row.target}
      onClick={() => cache.webhooks.get.setData({ id }, webhook)}
    >
      <LongName>{description || target_url}</LongName>
    </Link>
  );
}
