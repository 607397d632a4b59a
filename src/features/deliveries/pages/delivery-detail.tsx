'use client';

import { Accordion, Anchor, Button, Group, Text } from '@mantine/core';
import { IconRefresh } from '@tabler/icons-react';
import { useRouter } from 'next/navigation';
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
import { CopyTextButton } from '#ui/values/copy-button.tsx';
import { Copyable } from '#ui/values/copyable.tsx';
import { curlCommand } from '#ui/values/curl-command.ts';
import { Facts } from '#ui/values/facts.tsx';
import { RelativeTime } from '#ui/values/relative-time.tsx';
import { AttemptView } from './attempt-view.tsx';
import { DeliveryPlan } from './delivery-plan.tsx';
import { DeliveryState, reasonWords } from './delivery-state.tsx';

const WATCHING_MS = 3_000;

/** One delivery: its event, its schedule, and every attempt in full. */
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
              <Anchor key="r" component={IntentLink} href={paths.webhook(delivery.webhook_id)}>
                {delivery.target_url}
              </Anchor>,
            ],
            ['Delivery id', <Copyable key="d" value={delivery.id} what="delivery id" />],
            [
              'Event',
              <Anchor key="e" component={IntentLink} href={paths.event(delivery.event_id)}>
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
function DeliveryActions({ delivery: { id, body, status } }: { delivery: Delivery }) {
  const router = useRouter();
  const cache = api.useUtils();
  const retry = api.deliveries.retry.useMutation({
    onSuccess: (sent) => {
      void cache.webhooks.deliveries.invalidate({ id: sent.webhook_id });
      toastDone(RETRIED[sent.retry]);
      if (sent.id === id) void cache.deliveries.get.invalidate({ id });
      else router.push(paths.delivery(sent.id));
    },
    onError: (error) => toastFailed(failureMessage(error)),
  });
  const curl = api.deliveries.asCurl.useMutation({ onError: (error) => toastFailed(failureMessage(error)) });
  if (body === null) return null;
  return (
    <Group gap="sm">
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
