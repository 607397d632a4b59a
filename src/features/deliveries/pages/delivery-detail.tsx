'use client';

import { Accordion, Anchor, Button, Group, Text } from '@mantine/core';
import { IconRefresh } from '@tabler/icons-react';
import { useRouter } from 'next/navigation';
import type { ReactNode } from 'react';
import { api, type Outputs } from '#client/console-api.ts';
import { useSession } from '#features/people/auth/pages/use-session.ts';
import { NothingHere } from '#ui/lists/nothing-here.tsx';
import { failureMessage } from '#ui/page/failure-message.ts';
import { IntentLink } from '#ui/page/intent-link.tsx';
import { PageHeader } from '#ui/page/page-header.tsx';
import { paths } from '#ui/page/paths.ts';
import { QueryFailure } from '#ui/page/query-failure.tsx';
import { Section } from '#ui/page/section.tsx';
import { PageSkeleton } from '#ui/page/skeletons.tsx';
import { toastDone, toastFailed } from '#ui/page/toast.tsx';
import { BodyViewer } from '#ui/values/body-viewer.tsx';
import { useNow } from '#ui/values/clock.tsx';
import { CopyTextButton } from '#ui/values/copy-button.tsx';
import { Copyable } from '#ui/values/copyable.tsx';
import { curlCommand } from '#ui/values/curl-command.ts';
import { Facts } from '#ui/values/facts.tsx';
import { RelativeTime } from '#ui/values/relative-time.tsx';
import { AttemptView } from './attempt-view.tsx';
import { DeliveryPlan } from './delivery-plan.tsx';
import { deliverySentence } from './delivery-sentence.ts';
import { DeliveryState } from './delivery-state.tsx';

export const WATCHING_MS = 3_000;

/** One delivery: its event, its schedule, and every attempt in full. */
export function DeliveryDetail({ id }: { id: string }) {
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
        <PageHeader title="Delivery" back={{ href: paths.deliveries, label: 'Deliveries' }} />
        <QueryFailure query={query} />
      </>
    );
  }
  if (!delivery) return <PageSkeleton />;
  return (
    <>
      <PageHeader
        title={delivery.event_type}
        back={{ href: paths.webhook(delivery.webhook_id), label: delivery.webhook_name }}
        subtitle={<DeliveryState delivery={delivery} />}
        actions={<DeliveryActions delivery={delivery} />}
      />
      <DeliverySections delivery={delivery} />
    </>
  );
}

/** What happened to a delivery, what happens next, every attempt in full, and what is sent. */
export function DeliverySections({ delivery }: { delivery: Delivery }) {
  const now = useNow();
  const newestFirst = delivery.attempts.toReversed();
  return (
    <>
      <Section title="Delivery" description={deliverySentence(delivery, now)}>
        <Facts
          items={[
            [
              'Webhook',
              <Anchor key="r" component={IntentLink} href={paths.webhook(delivery.webhook_id)}>
                {delivery.webhook_name}
              </Anchor>,
            ],
            ['URL', delivery.target_url],
            ...(delivery.subject
              ? ([
                  [
                    'Subject',
                    <Anchor key="s" component={IntentLink} href={paths.deliveriesLike({ search: delivery.subject })}>
                      {delivery.subject}
                    </Anchor>,
                  ],
                ] as [string, ReactNode][])
              : []),
            ['Delivery id', <Copyable key="d" value={delivery.id} what="delivery id" />],
            [
              'Event',
              <Anchor key="e" component={IntentLink} href={paths.event(delivery.event_id)}>
                {delivery.event_id}
              </Anchor>,
            ],
            ['Created', <RelativeTime key="c" at={delivery.created_at} />],
          ]}
        />
        <DeliveryPlan delivery={delivery} />
      </Section>
      <Section title="Attempts" description="Each request and its response, newest first.">
        {newestFirst.length === 0 ? (
          <Text>No attempt was made yet.</Text>
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
      <Section title="Body" description="Exactly what is sent.">
        {delivery.body === null ? (
          <Text>The payload was erased.</Text>
        ) : (
          <BodyViewer label="Body as sent" body={delivery.body} />
        )}
      </Section>
    </>
  );
}

type Delivery = Outputs['deliveries']['get'];

/** The webhook's own headers are credentials, so whoever runs the command fills in their values. */
const toCurl = ({ url, headers, body, left_out }: Outputs['deliveries']['asCurl']): string =>
  curlCommand({
    method: 'POST',
    url,
    headers: [...Object.entries(headers), ...left_out.map((name): [string, string] => [name, '…'])],
    body,
  });

const RETRIED: Record<Outputs['deliveries']['retry']['retry'], string> = {
  new_delivery: 'The event is sent again. This is its new delivery.',
  due_now: 'This delivery is sent now instead of at its next retry.',
  already_due: 'This delivery is already due or being sent. Nothing was changed.',
  already_sent: 'The event was sent again a moment ago. This is that delivery.',
  waits_for_resume: 'The webhook is paused. This delivery is sent when you resume it.',
  waits_for_earlier: 'This webhook sends in order. This delivery is sent after the earlier ones.',
};

/** Buttons that send a delivery now (or its event again, if it has ended), and copy the request with a new signature. */
export function DeliveryActions({
  delivery: { id, body, status },
  children,
}: {
  delivery: Delivery;
  children?: ReactNode;
}) {
  const { mayChange } = useSession();
  const router = useRouter();
  const cache = api.useUtils();
  const retry = api.deliveries.retry.useMutation({
    onSuccess: (sent) => {
      void cache.deliveries.list.invalidate();
      toastDone(RETRIED[sent.retry]);
      if (sent.id === id) void cache.deliveries.get.invalidate({ id });
      else router.push(paths.delivery(sent.id));
    },
    onError: (error) => toastFailed(failureMessage(error)),
  });
  const curl = api.deliveries.asCurl.useMutation({ onError: (error) => toastFailed(failureMessage(error)) });
  if (body === null || !mayChange) return <Group gap="sm">{children}</Group>;
  return (
    <Group gap="sm">
      {children}
      <CopyTextButton label="Copy as cURL" value={async () => toCurl(await curl.mutateAsync({ id }))} />
      <Button
        leftSection={<IconRefresh size={16} />}
        loading={retry.isPending}
        // Otherwise, the second click of a double click would send again what the first one delivered.
        onClick={({ detail }) => detail < 2 && retry.mutate({ id })}
      >
        {status === 'pending' ? 'Retry now' : 'Retry'}
      </Button>
    </Group>
  );
}
