'use client';

import { Text } from '@mantine/core';
import type { ReactNode } from 'react';
import type { Outputs } from '#client/console-api.ts';
import { type Column, type ListRows, ListTable } from '#ui/lists/list-table.tsx';
import { RowLink } from '#ui/lists/row-link.tsx';
import { paths } from '#ui/page/paths.ts';
import { DottedName } from '#ui/values/dotted-name.tsx';
import { LongName } from '#ui/values/long-name.tsx';
import { RelativeTime } from '#ui/values/relative-time.tsx';
import { DeliveryState, reasonWords } from './delivery-state.tsx';

type Delivery = Outputs['deliveries']['ofEvent']['items'][number];

const ORIGINS: Record<Delivery['origin'], string | null> = { event: null, manual: 'sent again by hand', test: 'test' };

/** The result of the last attempt: a status, or the error. */
const answerOf = ({ last_status, last_error_code, attempt_count }: Delivery): string =>
  attempt_count === 0 ? 'not tried yet' : (last_status?.toString() ?? last_error_code?.replaceAll('_', ' ') ?? '–');

const Aside = ({ children }: { children: ReactNode }) => (
  <Text c="dimmed" size="sm">
    {children}
  </Text>
);

const EVENT: Column<Delivery> = {
  title: 'Event',
  render: ({ id, event_type, origin }) => (
    <>
      <RowLink href={paths.delivery(id)}>
        <DottedName name={event_type} />
      </RowLink>
      {ORIGINS[origin] && <Aside>{ORIGINS[origin]}</Aside>}
    </>
  ),
};

const RECEIVER: Column<Delivery> = {
  title: 'Receiver',
  render: ({ id, target_url, origin }) => (
    <>
      <RowLink href={paths.delivery(id)}>
        <LongName>{target_url}</LongName>
      </RowLink>
      {ORIGINS[origin] && <Aside>{ORIGINS[origin]}</Aside>}
    </>
  ),
};

const OTHER_COLUMNS: Column<Delivery>[] = [
  {
    title: 'State',
    width: 132,
    render: (delivery) => (
      <>
        <DeliveryState delivery={delivery} />
        {delivery.reason && <Aside>{reasonWords(delivery)}</Aside>}
      </>
    ),
  },
  { title: 'Last answer', from: 'sm', width: '20%', render: answerOf },
  {
    title: 'Attempts',
    from: 'sm',
    width: 92,
    align: 'right',
    isFigure: true,
    render: ({ attempt_count }) => attempt_count,
  },
  {
    title: 'When',
    width: 106,
    align: 'right',
    isDimmed: true,
    render: ({ created_at }) => <RelativeTime at={created_at} />,
  },
];

const COLUMNS = { event: [EVENT, ...OTHER_COLUMNS], receiver: [RECEIVER, ...OTHER_COLUMNS] };

type Props = {
  list: ListRows<Delivery>;
  /** What the first column shows, depending on the page's subject. */
  named?: keyof typeof COLUMNS;
};

/** One row per delivery. The whole row is a link to it. */
export const DeliveryTable = ({ list, named = 'event' }: Props) => (
  <ListTable label="Deliveries" list={list} columns={COLUMNS[named]} />
);
