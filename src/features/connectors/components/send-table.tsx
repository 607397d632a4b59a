'use client';

import { Table, Text, UnstyledButton } from '@mantine/core';
import type { Outputs } from '#client/console-api.ts';
import { duration } from '#ui/elapsed.ts';
import { RelativeTime } from '#ui/relative-time.tsx';
import row from '#ui/row-link.module.css';
import { SendOutcome } from './send-outcome.tsx';
import { SEND_SOURCE_NAMES } from './send-source-names.ts';

export type Send = Outputs['connectors']['sends']['items'][number];

type Props = { sends: Send[]; settling: boolean; onOpen: (id: string) => void };

/** One row a send; the whole row opens it. */
export function SendTable({ sends, settling, onOpen }: Props) {
  return (
    <Table aria-label="Send history" aria-busy={settling} opacity={settling ? 0.6 : 1}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Result</Table.Th>
          <Table.Th visibleFrom="xs">Source</Table.Th>
          <Table.Th visibleFrom="sm">By</Table.Th>
          <Table.Th ta="right">Duration</Table.Th>
          <Table.Th ta="right">Sent</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {sends.map((send) => (
          <Table.Tr key={send.id} className={row.row}>
            <Table.Td>
              <UnstyledButton className={row.target} onClick={() => onOpen(send.id)}>
                <SendOutcome
                  ok={send.ok}
                  status={send.status}
                  code={send.error?.code ?? null}
                  statuses={send.statuses}
                />
              </UnstyledButton>
            </Table.Td>
            <Table.Td visibleFrom="xs">{SEND_SOURCE_NAMES[send.source]}</Table.Td>
            <Table.Td visibleFrom="sm">
              <Text c="dimmed">{send.actor.name}</Text>
            </Table.Td>
            <Table.Td ta="right">{duration(send.duration_ms)}</Table.Td>
            <Table.Td ta="right">
              <RelativeTime at={send.at} />
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
