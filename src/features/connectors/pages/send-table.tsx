'use client';

import { Table, Text, UnstyledButton } from '@mantine/core';
import type { Outputs } from '#client/console-api.ts';
import { type ListRows, ListTable } from '#ui/lists/list-table.tsx';
import row from '#ui/lists/row-link.module.css';
import { Duration } from '#ui/values/duration.tsx';
import { LongName } from '#ui/values/long-name.tsx';
import { RelativeTime } from '#ui/values/relative-time.tsx';
import { SendOutcome } from './send-outcome.tsx';
import { SEND_SOURCE_NAMES } from './send-source-names.ts';

export type Send = Outputs['connectors']['sends']['items'][number];

type Props = { list: ListRows<Send>; onOpen: (id: string) => void };

/** One row a send; the whole row opens it. */
export function SendTable({ list, onOpen }: Props) {
  return (
    <ListTable
      label="Send history"
      list={list}
      head={
        <>
          <Table.Th>Result</Table.Th>
          <Table.Th visibleFrom="xs" w={110}>
            Source
          </Table.Th>
          <Table.Th visibleFrom="sm">By</Table.Th>
          <Table.Th ta="right" w={92}>
            Duration
          </Table.Th>
          <Table.Th ta="right" w={120}>
            Sent
          </Table.Th>
        </>
      }
    >
      {(send, place) => (
        <Table.Tr {...place} key={send.id} className={row.row}>
          <Table.Td>
            <UnstyledButton className={row.target} onClick={() => onOpen(send.id)}>
              <SendOutcome ok={send.ok} status={send.status} code={send.error?.code ?? null} statuses={send.statuses} />
            </UnstyledButton>
          </Table.Td>
          <Table.Td visibleFrom="xs">{SEND_SOURCE_NAMES[send.source]}</Table.Td>
          <Table.Td visibleFrom="sm">
            <Text c="dimmed" component="div">
              <LongName>{send.actor.name}</LongName>
            </Text>
          </Table.Td>
          <Table.Td ta="right">
            <Duration ms={send.duration_ms} />
          </Table.Td>
          <Table.Td ta="right">
            <RelativeTime at={send.at} />
          </Table.Td>
        </Table.Tr>
      )}
    </ListTable>
  );
}
