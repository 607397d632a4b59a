'use client';

import { Table, Text } from '@mantine/core';
import Link from 'next/link';
import type { Outputs } from '#client/console-api.ts';
import { type ListRows, ListTable } from '#ui/lists/list-table.tsx';
import row from '#ui/lists/row-link.module.css';
import { paths } from '#ui/page/paths.ts';
import { DottedName } from '#ui/values/dotted-name.tsx';
import { LongName } from '#ui/values/long-name.tsx';
import { RelativeTime } from '#ui/values/relative-time.tsx';
import { DeliveryState, reasonWords } from './delivery-state.tsx';

type Delivery = Outputs['webhooks']['deliveries']['items'][number];

const ORIGINS: Record<Delivery['origin'], string | null> = { event: null, manual: 'sent again by hand', test: 'test' };

/** What the last attempt got: a status, or what kept it from one. */
const answerOf = ({ last_status, last_error_code, attempt_count }: Delivery): string =>
  attempt_count === 0 ? 'not tried yet' : (last_status?.toString() ?? last_error_code?.replaceAll('_', ' ') ?? '–');

type Props = {
  list: ListRows<Delivery>;
  /** What the first column says: the rest is the page's subject. */
  named?: 'event' | 'receiver';
};

/** One row a delivery; the whole row leads to it. */
export function DeliveryTable({ list, named = 'event' }: Props) {
  return (
    <ListTable
      label="Deliveries"
      list={list}
      head={
        <>
          <Table.Th>{named === 'event' ? 'Event' : 'Receiver'}</Table.Th>
          <Table.Th w={132}>State</Table.Th>
          <Table.Th visibleFrom="sm" w="20%">
            Last answer
          </Table.Th>
          <Table.Th visibleFrom="sm" ta="right" w={92}>
            Attempts
          </Table.Th>
          <Table.Th ta="right" w={106}>
            When
          </Table.Th>
        </>
      }
    >
      {(delivery, place) => (
        <Table.Tr {...place} key={delivery.id} className={row.row}>
          <Table.Td>
            <Link href={paths.delivery(delivery.id)} prefetch={false} className={row.target}>
              {named === 'event' ? (
                <DottedName name={delivery.event_type} />
              ) : (
                <LongName>{delivery.target_url}</LongName>
              )}
            </Link>
            {ORIGINS[delivery.origin] && (
              <Text c="dimmed" size="sm">
                {ORIGINS[delivery.origin]}
              </Text>
            )}
          </Table.Td>
          <Table.Td>
            <DeliveryState delivery={delivery} />
            {delivery.reason && (
              <Text c="dimmed" size="sm">
                {reasonWords(delivery)}
              </Text>
            )}
          </Table.Td>
          <Table.Td visibleFrom="sm">{answerOf(delivery)}</Table.Td>
          <Table.Td visibleFrom="sm" ta="right" style={{ fontVariantNumeric: 'tabular-nums' }}>
            {delivery.attempt_count}
          </Table.Td>
          <Table.Td ta="right" c="dimmed">
            <RelativeTime at={delivery.created_at} />
          </Table.Td>
        </Table.Tr>
      )}
    </ListTable>
  );
}
