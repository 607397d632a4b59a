'use client';

import { Table, Text } from '@mantine/core';
import type { Outputs } from '#client/console-api.ts';
import row from '#ui/lists/row-link.module.css';
import { RowLink } from '#ui/lists/row-link.tsx';
import { paths } from '#ui/page/paths.ts';
import { count, counted } from '#ui/values/counted.ts';
import { RelativeTime } from '#ui/values/relative-time.tsx';
import { Sparkline } from '#ui/values/sparkline.tsx';
import { GroupMarks } from './group-marks.tsx';
import { groupName } from './group-name.ts';
import { GroupStates } from './group-state.tsx';
import classes from './group-table.module.css';

export type Group = Outputs['csp']['groups']['items'][number];

type Props = { label: string; groups: readonly Group[]; settling: boolean };

/** One row per group, which links to it. `settling` while other rows are loading. */
export function GroupTable({ label, groups, settling }: Props) {
  return (
    <Table aria-label={label} aria-busy={settling} opacity={settling ? 0.6 : 1} className={classes.table ?? ''}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Violation</Table.Th>
          <Table.Th visibleFrom="sm">State</Table.Th>
          <Table.Th visibleFrom="md">Over time</Table.Th>
          <Table.Th ta="right">Reports</Table.Th>
          <Table.Th visibleFrom="md">Browsers</Table.Th>
          <Table.Th visibleFrom="xs" ta="right">
            Last seen
          </Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {groups.map((group) => (
          <GroupRow key={group.id} group={group} />
        ))}
      </Table.Tbody>
    </Table>
  );
}

function GroupRow({ group }: { group: Group }) {
  return (
    <Table.Tr className={row.row}>
      <Table.Td className={classes.violation ?? ''}>
        <RowLink href={paths.cspGroup(group.id)}>{groupName(group)}</RowLink>
        <GroupMarks group={group} />
        <Text c="dimmed" className={classes.about ?? ''}>
          <span className={classes.directive}>{group.directive || 'no directive reported'}</span>
          {group.sample && <code className={classes.sample}>{group.sample}</code>}
        </Text>
        <Text c="dimmed" hiddenFrom="sm">
          <GroupStates dispositions={group.dispositions} />
        </Text>
      </Table.Td>
      <Table.Td visibleFrom="sm">
        <GroupStates dispositions={group.dispositions} />
      </Table.Td>
      <Table.Td visibleFrom="md" className={classes.sparkline ?? ''}>
        <Sparkline counts={group.sparkline} />
      </Table.Td>
      <Table.Td ta="right">
        {count(group.count)}
        <Text c="dimmed" className={classes.short ?? ''}>
          {counted(group.documents, 'page')}
        </Text>
      </Table.Td>
      <Table.Td visibleFrom="md" c="dimmed">
        <Browsers browsers={group.browsers} />
      </Table.Td>
      <Table.Td visibleFrom="xs" ta="right" className={classes.short ?? ''}>
        <RelativeTime at={group.last_seen} />
        <Text c="dimmed">
          first <RelativeTime at={group.first_seen} />
        </Text>
      </Table.Td>
    </Table.Tr>
  );
}

const MOST_BROWSERS = 2;

/** The most frequent browsers. The group's page lists all of them. */
function Browsers({ browsers }: { browsers: Group['browsers'] }) {
  return browsers.slice(0, MOST_BROWSERS).map(({ browser }) => (
    <span key={browser} className={classes.browser}>
      {browser}
    </span>
  ));
}
