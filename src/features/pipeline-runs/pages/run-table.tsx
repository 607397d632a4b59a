'use client';

import { Table, Text, UnstyledButton } from '@mantine/core';
import { type ListRows, ListTable } from '#ui/lists/list-table.tsx';
import row from '#ui/lists/row-link.module.css';
import { StateLabel } from '#ui/page/state-label.tsx';
import { Duration } from '#ui/values/duration.tsx';
import { LongName } from '#ui/values/long-name.tsx';
import { RelativeTime } from '#ui/values/relative-time.tsx';
import { RUN_STATUSES, type Run, tookMs } from './run-statuses.ts';

type Props = { list: ListRows<Run>; onOpen: (id: string) => void };

/** One row a run; the whole row opens it. */
export function RunTable({ list, onOpen }: Props) {
  return (
    <ListTable
      label="Pipeline runs"
      list={list}
      head={
        <>
          <Table.Th>Recipe</Table.Th>
          <Table.Th w={124}>Status</Table.Th>
          <Table.Th visibleFrom="sm" w="20%">
            Trigger
          </Table.Th>
          <Table.Th visibleFrom="sm" ta="right" w={116}>
            Took
          </Table.Th>
          <Table.Th ta="right" w={120}>
            Changed
          </Table.Th>
        </>
      }
    >
      {(run, place) => (
        <Table.Tr {...place} key={run.id} className={row.row}>
          <Table.Td>
            <UnstyledButton className={row.target} onClick={() => onOpen(run.id)}>
              <LongName>{run.recipe_name}</LongName>
            </UnstyledButton>
          </Table.Td>
          <Table.Td>
            <RunStatus status={run.status} />
          </Table.Td>
          <Table.Td visibleFrom="sm">
            <Text c="dimmed" component="div">
              <LongName>{run.trigger ?? '–'}</LongName>
            </Text>
          </Table.Td>
          <Table.Td visibleFrom="sm" ta="right">
            <Duration ms={tookMs(run)} />
          </Table.Td>
          <Table.Td ta="right" c="dimmed">
            <RelativeTime at={run.changed_at} />
          </Table.Td>
        </Table.Tr>
      )}
    </ListTable>
  );
}

export function RunStatus({ status }: { status: Run['status'] }) {
  const { label, tone } = RUN_STATUSES[status];
  return <StateLabel tone={tone}>{label}</StateLabel>;
}
