'use client';

import { Table, Text, UnstyledButton } from '@mantine/core';
import { duration } from '#ui/elapsed.ts';
import { RelativeTime } from '#ui/relative-time.tsx';
import row from '#ui/row-link.module.css';
import { StateLabel } from '#ui/state-label.tsx';
import { RUN_STATUSES, type Run, tookMs } from './run-statuses.ts';

type Props = { runs: Run[]; settling: boolean; onOpen: (id: string) => void };

/** One row a run; the whole row opens it. */
export function RunTable({ runs, settling, onOpen }: Props) {
  return (
    <Table aria-label="Pipeline runs" aria-busy={settling} opacity={settling ? 0.6 : 1}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Recipe</Table.Th>
          <Table.Th>Status</Table.Th>
          <Table.Th visibleFrom="sm">Trigger</Table.Th>
          <Table.Th visibleFrom="sm" ta="right">
            Took
          </Table.Th>
          <Table.Th ta="right">Changed</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {runs.map((run) => (
          <Table.Tr key={run.id} className={row.row}>
            <Table.Td>
              <UnstyledButton className={row.target} onClick={() => onOpen(run.id)}>
                {run.recipe_name}
              </UnstyledButton>
            </Table.Td>
            <Table.Td>
              <RunStatus status={run.status} />
            </Table.Td>
            <Table.Td visibleFrom="sm">
              <Text c="dimmed">{run.trigger ?? '–'}</Text>
            </Table.Td>
            <Table.Td visibleFrom="sm" ta="right">
              <RunDuration run={run} />
            </Table.Td>
            <Table.Td ta="right" c="dimmed">
              <RelativeTime at={run.changed_at} />
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

export function RunStatus({ status }: { status: Run['status'] }) {
  const { label, tone } = RUN_STATUSES[status];
  return <StateLabel tone={tone}>{label}</StateLabel>;
}

function RunDuration({ run }: { run: Run }) {
  const ms = tookMs(run);
  return ms === null ? '–' : duration(ms);
}
