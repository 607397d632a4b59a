'use client';

import { Accordion, Anchor, Text } from '@mantine/core';
import Link from 'next/link';
import { api } from '#client/console-api.ts';
import { useSession } from '#features/auth/components/use-session.ts';
import { BodyViewer } from '#ui/body-viewer.tsx';
import { Copyable } from '#ui/copyable.tsx';
import { Facts } from '#ui/facts.tsx';
import { NothingHere } from '#ui/nothing-here.tsx';
import { PageHeader } from '#ui/page-header.tsx';
import { paths } from '#ui/paths.ts';
import { QueryFailure } from '#ui/query-failure.tsx';
import { RelativeTime } from '#ui/relative-time.tsx';
import { Section } from '#ui/section.tsx';
import { PageSkeleton } from '#ui/skeletons.tsx';
import { AttemptView } from './attempt-view.tsx';
import { DeliveryActions } from './delivery-actions.tsx';
import { DeliveryPlan } from './delivery-plan.tsx';
import { DeliveryState, reasonWords } from './delivery-state.tsx';

const WATCHING_MS = 3_000;

/** One delivery: its event, its plan, and every attempt to the letter. */
export function DeliveryDetail({ id }: { id: string }) {
  const { mayChange } = useSession();
  const query = api.deliveries.get.useQuery(
    { id },
    { refetchInterval: ({ state }) => (state.data?.status === 'pending' ? WATCHING_MS : false) },
  );
  const delivery = query.data;
  const code = query.error?.data?.contract_code;
  if (code === 'NOT_FOUND' || code === 'VALIDATION') return <NothingHere />;
  if (!delivery && query.isError) {
    return (
      <>
        <PageHeader title="Delivery" back={{ href: paths.webhooks, label: 'Webhooks' }} />
        <QueryFailure query={query} />
      </>
    );
  }
  if (!delivery) return <PageSkeleton />;
  const newestFirst = delivery.attempts.toReversed();
  return (
    <>
      <PageHeader
        title={delivery.event_type}
        back={{ href: paths.webhook(delivery.webhook_id), label: 'Webhook' }}
        subtitle={<DeliveryState delivery={delivery} />}
        actions={mayChange && <DeliveryActions delivery={delivery} />}
      />
      <Section title="Delivery">
        <Facts
          items={[
            [
              'Receiver',
              <Anchor key="r" component={Link} href={paths.webhook(delivery.webhook_id)}>
                {delivery.target_url}
              </Anchor>,
            ],
            ['Delivery id', <Copyable key="d" value={delivery.id} what="delivery id" />],
            [
              'Event',
              <Anchor key="e" component={Link} href={paths.event(delivery.event_id)}>
                {delivery.event_id}
              </Anchor>,
            ],
            ['Created', <RelativeTime key="c" at={delivery.created_at} />],
            ...(delivery.reason ? ([['Ended because', reasonWords(delivery)]] as [string, string][]) : []),
          ]}
        />
        <DeliveryPlan delivery={delivery} />
      </Section>
      <Section title="Attempts" description="Each as it was sent and answered, the newest first.">
        {newestFirst.length === 0 ? (
          <Text>Nothing was sent yet.</Text>
        ) : (
          <Accordion multiple defaultValue={[newestFirst[0]?.id ?? '']} variant="default" chevronPosition="left">
            {newestFirst.map((attempt) => (
              <Accordion.Item key={attempt.id} value={attempt.id}>
                <Accordion.Control>
                  Attempt {attempt.number}: {attempt.response?.status ?? attempt.error?.code.replaceAll('_', ' ')}
                </Accordion.Control>
                <Accordion.Panel>
                  <AttemptView attempt={attempt} body={delivery.body} />
                </Accordion.Panel>
              </Accordion.Item>
            ))}
          </Accordion>
        )}
      </Section>
      <Section title="Body" description="What is sent, to the letter.">
        {delivery.body === null ? (
          <Text>The payload is not kept any more.</Text>
        ) : (
          <BodyViewer label="Body as sent" body={delivery.body} />
        )}
      </Section>
    </>
  );
}
