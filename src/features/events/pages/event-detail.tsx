'use client';

import { Anchor, Button, Text } from '@mantine/core';
import { IconRefresh } from '@tabler/icons-react';
import { api, type Outputs } from '#client/console-api.ts';
import { usePagedList } from '#client/use-paged-list.ts';
import { DeliveryTable } from '#features/deliveries/pages/delivery-table.tsx';
import { useSession } from '#features/people/auth/pages/use-session.ts';
import { confirmByName } from '#ui/forms/confirm-by-name.tsx';
import { NothingHere } from '#ui/lists/nothing-here.tsx';
import { failureMessage } from '#ui/page/failure-message.ts';
import { IntentLink } from '#ui/page/intent-link.tsx';
import { PageHeader } from '#ui/page/page-header.tsx';
import { paths } from '#ui/page/paths.ts';
import { QueryFailure } from '#ui/page/query-failure.tsx';
import { Section } from '#ui/page/section.tsx';
import { ListSkeleton, PageSkeleton } from '#ui/page/skeletons.tsx';
import { StateLabel } from '#ui/page/state-label.tsx';
import { toastDone, toastFailed } from '#ui/page/toast.tsx';
import { BodyViewer } from '#ui/values/body-viewer.tsx';
import { Copyable } from '#ui/values/copyable.tsx';
import { counted } from '#ui/values/counted.ts';
import { Facts } from '#ui/values/facts.tsx';
import { RelativeTime } from '#ui/values/relative-time.tsx';
import { lookOf, ORIGINS } from './event-look.ts';
import { WhyNot } from './why-not.tsx';

const WATCHING_MS = 3_000;

/** An event's page: its data, its deliveries, and why other webhooks didn't receive it. */
export function EventDetail({ id }: { id: string }) {
  const { mayChange } = useSession();
  const query = api.events.get.useQuery(
    { id },
    { refetchInterval: ({ state }) => (state.data?.deliveries.pending === 0 ? false : WATCHING_MS) },
  );
  const event = query.data;
  const code = query.error?.data?.contract_code;
  if (code === 'NOT_FOUND' || code === 'VALIDATION') return <NothingHere />;
  if (!event && query.isError) {
    return (
      <>
        <PageHeader title="Event" back={{ href: paths.events, label: 'Events' }} />
        <QueryFailure query={query} />
      </>
    );
  }
  if (!event) return <PageSkeleton />;
  const { tone, label } = lookOf(event.deliveries);
  return (
    <>
      <PageHeader
        title={event.event_type}
        back={{ href: paths.events, label: 'Events' }}
        subtitle={<StateLabel tone={tone}>{label}</StateLabel>}
      />
      <Section title="Event">
        <Facts
          items={[
            ['Event id', <Copyable key="i" value={event.id} what="event id" />],
            [
              'Event type',
              <Anchor key="t" component={IntentLink} href={paths.eventType(event.event_type)}>
                {event.event_type}
              </Anchor>,
            ],
            ...(event.subject
              ? ([
                  [
                    'Subject',
                    <Anchor key="s" component={IntentLink} href={paths.eventsAbout(event.subject)}>
                      {event.subject}
                    </Anchor>,
                  ],
                ] as [string, React.ReactNode][])
              : []),
            ['Happened', <RelativeTime key="o" at={event.occurred_at} />],
            ['Published', <RelativeTime key="c" at={event.created_at} />],
            ['By', `${event.actor.name ?? event.actor.type}, ${ORIGINS[event.origin]}`],
            ...(event.idempotency_key
              ? ([['Idempotency key', <Copyable key="k" value={event.idempotency_key} what="idempotency key" />]] as [
                  string,
                  React.ReactNode,
                ][])
              : []),
          ]}
        />
      </Section>
      <Section
        title="Deliveries"
        description="One for each webhook that receives it, and one for each time it is sent again."
      >
        <EventDeliveries event={event} />
        {mayChange && event.body !== null && <ResendEvent event={event} />}
      </Section>
      <Section title="Did not get it?" description="Why a webhook did not get this event.">
        <WhyNot eventId={event.id} />
      </Section>
      <Section title="Body" description="Exactly what receivers are sent.">
        {event.body === null ? (
          <Text>
            The payload was erased
            {event.erased_at ? (
              <>
                {' '}
                <RelativeTime at={event.erased_at} />
              </>
            ) : (
              ''
            )}
            .
          </Text>
        ) : (
          <BodyViewer label="Body as sent" body={event.body} />
        )}
      </Section>
      {mayChange && event.body !== null && (
        <Section title="Erase" description="The payload, and what receivers answered. What still waits is cancelled.">
          <EraseData event={event} />
        </Section>
      )}
    </>
  );
}

/** Sends the event again to every webhook that has a delivery of it. */
function ResendEvent({ event: { id, deliveries } }: { event: Outputs['events']['get'] }) {
  const cache = api.useUtils();
  const resend = api.deliveries.resendEvent.useMutation({
    onSuccess: async ({ items }) => {
      await Promise.all([cache.events.get.invalidate({ id }), cache.deliveries.ofEvent.invalidate({ id })]);
      const refused = items.filter(({ retry }) => retry === null);
      const sent = items.length - refused.length;
      if (sent > 0) toastDone(`Sent again to ${counted(sent, 'webhook')}.`);
      for (const { webhook_name, message } of refused.slice(0, 3)) toastFailed(`${webhook_name}: ${message}`);
    },
    onError: (error) => toastFailed(failureMessage(error)),
  });
  if (Object.values(deliveries).every((number) => number === 0)) return null;
  return (
    <Button
      mt="md"
      variant="default"
      leftSection={<IconRefresh size={16} />}
      loading={resend.isPending}
      // Otherwise, the second click of a double click would send again what the first one delivered.
      onClick={({ detail }) => detail < 2 && resend.mutate({ id })}
    >
      Send again to all webhooks
    </Button>
  );
}

/** Erases an event's data after the person has typed the event type to confirm. */
function EraseData({ event: { id, event_type } }: { event: Outputs['events']['get'] }) {
  const cache = api.useUtils();
  const erase = api.events.eraseData.useMutation({
    onSuccess: async () => {
      await Promise.all([cache.events.get.invalidate({ id }), cache.deliveries.ofEvent.invalidate({ id })]);
      toastDone('The payload is erased.');
    },
    onError: (error) => toastFailed(failureMessage(error)),
  });
  const ask = () =>
    confirmByName({
      title: 'Erase the payload?',
      consequence: 'Nobody can read or send it again, and receivers’ responses are erased too. This can’t be undone.',
      name: event_type,
      confirmLabel: 'Erase payload',
      onConfirm: () => erase.mutateAsync({ id }),
    });
  return (
    <Button variant="outline" color="red" onClick={ask}>
      Erase payload
    </Button>
  );
}

/** The event's deliveries, by webhook. */
function EventDeliveries({ event: { id, deliveries } }: { event: Outputs['events']['get'] }) {
  const { client } = api.useUtils();
  const list = usePagedList({
    procedure: api.deliveries.ofEvent,
    ask: client.deliveries.ofEvent.query,
    input: { id },
    refetchInterval: deliveries.pending > 0 ? WATCHING_MS : false,
    loads: 'on demand',
  });
  const { rows } = list;
  return (
    <>
      <QueryFailure query={list} />
      {list.isPending && <ListSkeleton />}
      {rows?.length === 0 && <Text>No webhook receives this event.</Text>}
      {rows && rows.length > 0 && <DeliveryTable list={list} of="event" />}
    </>
  );
}
