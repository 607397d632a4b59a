'use client';

import { Table, Text } from '@mantine/core';
import Link from 'next/link';
import { api, type Outputs } from '#client/console-api.ts';
import { paths } from '#ui/paths.ts';
import { RelativeTime } from '#ui/relative-time.tsx';
import row from '#ui/row-link.module.css';
import { backlog, p95, successRate } from './webhook-figures.ts';
import { WebhookState } from './webhook-state.tsx';
import classes from './webhook-table.module.css';

type Webhook = Outputs['webhooks']['get'];

/** One row a webhook; the whole row leads to it. */
export function WebhookTable({ webhooks, settling }: { webhooks: Webhook[]; settling: boolean }) {
  return (
    <Table aria-label="Webhooks" layout="fixed" aria-busy={settling} opacity={settling ? 0.6 : 1}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Receiver</Table.Th>
          <Table.Th w={132}>State</Table.Th>
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
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {webhooks.map((webhook) => (
          <Table.Tr key={webhook.id} className={row.row}>
            <Table.Td>
              <WebhookLink webhook={webhook} />
              <Text c="dimmed" className={classes.types}>
                {webhook.event_type.join(', ')}
              </Text>
            </Table.Td>
            <Table.Td>
              <WebhookState webhook={webhook} />
            </Table.Td>
            <Table.Td visibleFrom="sm" ta="right" className={classes.figure}>
              {successRate(webhook.stats)}
            </Table.Td>
            <Table.Td visibleFrom="md" ta="right" className={classes.figure}>
              {p95(webhook.stats)}
            </Table.Td>
            <Table.Td visibleFrom="sm" ta="right" className={classes.figure}>
              {backlog(webhook.stats)}
            </Table.Td>
            <Table.Td visibleFrom="md" ta="right" c="dimmed" className={classes.figure}>
              {webhook.stats.last_attempt_at ? <RelativeTime at={webhook.stats.last_attempt_at} /> : '–'}
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
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
      className={`${row.target} ${classes.link}`}
      onClick={() => cache.webhooks.get.setData({ id }, webhook)}
    >
      {description || target_url}
    </Link>
  );
}
