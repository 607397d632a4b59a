'use client';

import { Text, Tooltip } from '@mantine/core';
import type { MouseEvent, ReactNode } from 'react';
import type { Outputs } from '#client/console-api.ts';
import { type Column, type ListRows, ListTable } from '#ui/lists/list-table.tsx';
import { RowLink } from '#ui/lists/row-link.tsx';
import { paths } from '#ui/page/paths.ts';
import { useNow } from '#ui/values/clock.tsx';
import { DottedName } from '#ui/values/dotted-name.tsx';
import { duration } from '#ui/values/elapsed.ts';
import { ExactTime } from '#ui/values/exact-time.tsx';
import { LongName } from '#ui/values/long-name.tsx';
import { answerOf, deliverySentence, dueWords } from './delivery-sentence.ts';
import { DeliveryState } from './delivery-state.tsx';
import classes from './delivery-table.module.css';

type Delivery = Outputs['deliveries']['ofEvent']['items'][number];

/** Opens a row's details on the page. Without it, the row's link leads to its page. */
type Open = ((id: string) => void) | undefined;

const ORIGINS: Record<Delivery['origin'], string | null> = { event: null, manual: 'by hand', test: 'test' };

const isPlainClick = ({ button, metaKey, ctrlKey, shiftKey, altKey }: MouseEvent) =>
  button === 0 && !metaKey && !ctrlKey && !shiftKey && !altKey;

function DeliveryLink({ id, onOpen, children }: { id: string; onOpen: Open; children: ReactNode }) {
  return (
    <RowLink
      href={paths.delivery(id)}
      {...(onOpen && {
        onClick: (event: MouseEvent) => {
          if (!isPlainClick(event)) return;
          event.preventDefault();
          onOpen(id);
        },
      })}
    >
      {children}
    </RowLink>
  );
}

const eventColumn = (onOpen: Open): Column<Delivery> => ({
  title: 'Event',
  render: ({ id, event_type, origin, subject }) => (
    <>
      <DeliveryLink id={id} onOpen={onOpen}>
        <DottedName name={event_type} />
      </DeliveryLink>
      {ORIGINS[origin] && (
        <Text c="dimmed" size="sm" span ml="xs">
          {ORIGINS[origin]}
        </Text>
      )}
      {subject && (
        <Text c="dimmed" size="xs" hiddenFrom="sm" className={classes.under ?? ''}>
          {subject}
        </Text>
      )}
    </>
  ),
});

const WEBHOOK: Column<Delivery> = {
  title: 'Webhook',
  from: 'md',
  width: '19%',
  render: ({ webhook_name }) => <LongName>{webhook_name}</LongName>,
};

const SUBJECT: Column<Delivery> = {
  title: 'Subject',
  from: 'sm',
  width: '20%',
  render: ({ subject }) => (subject ? <span className={classes.subject}>{subject}</span> : '–'),
};

const STATE: Column<Delivery> = {
  title: 'State',
  width: 124,
  render: (delivery) => <StateWithReason delivery={delivery} />,
};

const ANSWER: Column<Delivery> = {
  title: 'Answer',
  from: 'sm',
  width: 84,
  render: (delivery) => {
    const answer = answerOf(delivery);
    return answer === null || delivery.status === 'delivered' ? <Text c="dimmed">{answer ?? '–'}</Text> : answer;
  },
};

const NEXT: Column<Delivery> = {
  title: 'Next or took',
  from: 'lg',
  width: 100,
  align: 'right',
  isFigure: true,
  render: (delivery) => <NextOrTook delivery={delivery} />,
};

const TIME: Column<Delivery> = {
  title: 'Time',
  width: 84,
  align: 'right',
  isFigure: true,
  render: ({ created_at }) => <ExactTime at={created_at} />,
};

/** The state, with the whole story on hover. */
function StateWithReason({ delivery }: { delivery: Delivery }) {
  const now = useNow();
  return (
    <Tooltip label={deliverySentence(delivery, now)} multiline maw={320}>
      <span className={classes.state}>
        <DeliveryState delivery={delivery} />
      </span>
    </Tooltip>
  );
}

/** When the next attempt is due, or how long it took until it was delivered. */
function NextOrTook({ delivery: { status, next_attempt_at, last_attempt_at, created_at } }: { delivery: Delivery }) {
  const now = useNow();
  if (status === 'pending') return next_attempt_at ? dueWords(next_attempt_at, now) : '–';
  if (status !== 'delivered' || !last_attempt_at) return <Text c="dimmed">–</Text>;
  return <Text c="dimmed">{duration(Math.max(0, Date.parse(last_attempt_at) - Date.parse(created_at)))}</Text>;
}

type Props = {
  list: ListRows<Delivery>;
  /** Whose deliveries they are: their event, or their webhook, is not a column then. */
  of?: 'webhook' | 'event';
  onOpen?: (id: string) => void;
  /** The row whose details are open. */
  currentId?: string | undefined;
};

/** One line per delivery. The whole row opens it. */
export function DeliveryTable({ list, of, onOpen, currentId }: Props) {
  const columns =
    of === 'event'
      ? [STATE, receiverColumn(onOpen), ANSWER, NEXT, TIME]
      : [STATE, eventColumn(onOpen), SUBJECT, ...(of === 'webhook' ? [] : [WEBHOOK]), ANSWER, NEXT, TIME];
  return <ListTable label="Deliveries" list={list} columns={columns} isDense currentId={currentId} />;
}

const receiverColumn = (onOpen: Open): Column<Delivery> => ({
  title: 'Webhook',
  render: ({ id, webhook_name, origin }) => (
    <>
      <DeliveryLink id={id} onOpen={onOpen}>
        <LongName>{webhook_name}</LongName>
      </DeliveryLink>
      {ORIGINS[origin] && (
        <Text c="dimmed" size="sm" span ml="xs">
          {ORIGINS[origin]}
        </Text>
      )}
    </>
  ),
});
