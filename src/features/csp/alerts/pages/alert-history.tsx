'use client';

import { Table, Text } from '@mantine/core';
import { api, type Outputs } from '#client/console-api.ts';
import { LoadMore } from '#ui/lists/load-more.tsx';
import row from '#ui/lists/row-link.module.css';
import { RowLink } from '#ui/lists/row-link.tsx';
import { paths } from '#ui/page/paths.ts';
import { QueryFailure } from '#ui/page/query-failure.tsx';
import { ListSkeleton } from '#ui/page/skeletons.tsx';
import { StateLabel, type Tone } from '#ui/page/state-label.tsx';
import { count, counted } from '#ui/values/counted.ts';
import { RelativeTime } from '#ui/values/relative-time.tsx';
import classes from './alert.module.css';

type Alert = Outputs['csp']['alerts']['list']['items'][number];

const STATES: Record<Alert['state'], [Tone, string]> = {
  sending: ['running', 'Sending'],
  sent: ['success', 'Sent'],
  failed: ['failure', 'Failed'],
  interrupted: ['warning', 'Interrupted'],
};

/** The alerts that were sent, newest first. A row links to its group. */
export function AlertHistory() {
  const query = api.csp.alerts.list.useInfiniteQuery({}, { getNextPageParam: (page) => page.next_cursor });
  const alerts = query.data?.pages.flatMap(({ items }) => items);
  if (query.isError) return <QueryFailure query={query} />;
  if (!alerts) return <ListSkeleton rows={3} />;
  if (alerts.length === 0) return <Text c="dimmed">No alerts yet. Alerts are listed here when they are sent.</Text>;
  return (
    <>
      <Table aria-label="Alerts">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Group</Table.Th>
            <Table.Th>Result</Table.Th>
            <Table.Th visibleFrom="sm">Through</Table.Th>
            <Table.Th ta="right" visibleFrom="xs">
              Sent
            </Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {alerts.map((alert, index) => (
            <AlertRow key={alert.id} alert={alert} error={errorOf(alert, alerts[index - 1])} />
          ))}
        </Table.Tbody>
      </Table>
      <LoadMore query={query} />
    </>
  );
}

/** The error of a message, shown once for all groups in it. */
const errorOf = ({ at, summarized, error_message }: Alert, above: Alert | undefined): string | null =>
  summarized && above?.summarized && above.at === at ? null : error_message;

function AlertRow({ alert, error }: { alert: Alert; error: string | null }) {
  const [tone, word] = STATES[alert.state];
  return (
    <Table.Tr className={row.row}>
      <Table.Td className={classes.group ?? ''}>
        <RowLink href={paths.cspGroup(alert.group)}>{alert.title}</RowLink>
        <Text c="dimmed">
          {reasonOf(alert)}
          {alert.summarized && ', sent with others'}
        </Text>
        {error && <div className={classes.why}>{error}</div>}
      </Table.Td>
      <Table.Td className={classes.short ?? ''}>
        <StateLabel tone={tone}>{word}</StateLabel>
      </Table.Td>
      <Table.Td visibleFrom="sm">{alert.connector_name}</Table.Td>
      <Table.Td ta="right" visibleFrom="xs" className={classes.short ?? ''}>
        <RelativeTime at={alert.at} />
      </Table.Td>
    </Table.Tr>
  );
}

const reasonOf = ({ reason, count: reports, usual }: Alert): string =>
  reason === 'new'
    ? `New, ${counted(reports, 'report')}`
    : `Spike, ${counted(reports, 'report')} where ${count(usual ?? 0)} are usual`;
