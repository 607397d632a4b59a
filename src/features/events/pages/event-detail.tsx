'use client';

import { Anchor, Text } from '@mantine/core';
import { api } from '#client/console-api.ts';
import { EraseData } from '#features/deliveries/pages/erase-data.tsx';
import { useSession } from '#features/people/auth/pages/use-session.ts';
import { NothingHere } from '#ui/lists/nothing-here.tsx';
import { IntentLink } from '#ui/page/intent-link.tsx';
import { PageHeader } from '#ui/page/page-header.tsx';
import { paths } from '#ui/page/paths.ts';
import { QueryFailure } from '#ui/page/query-failure.tsx';
import { Section } from '#ui/page/section.tsx';
import { PageSkeleton } from '#ui/page/skeletons.tsx';
import { StateLabel } from '#ui/page/state-label.tsx';
import { BodyViewer } from '#ui/values/body-viewer.tsx';
import { Copyable } from '#ui/values/copyable.tsx';
import { Facts } from '#ui/values/facts.tsx';
import { RelativeTime } from '#ui/values/relative-time.tsx';
import { EventDeliveries } from './event-deliveries.tsx';
import { lookOf, ORIGINS } from './event-look.ts';
import { WhyNot } from './why-not.tsx';

const WATCHING_MS = 3_000;

/** One event: what it says, where it went, and why not elsewhere. */
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
      <Section title="Deliveries" description="To every webhook that took it.">
        <EventDeliveries event={event} />
      </Section>
      <Section title="Did not get it?" description="Why a webhook did not get this event.">
        <WhyNot eventId={event.id} />
      </Section>
      <Section title="Body" description="What receivers are sent, to the letter.">
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
