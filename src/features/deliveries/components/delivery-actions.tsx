'use client';

import { Button, Group } from '@mantine/core';
import { IconRefresh } from '@tabler/icons-react';
import { useRouter } from 'next/navigation';
import { api, type Outputs } from '#client/console-api.ts';
import { CopyTextButton } from '#ui/copy-button.tsx';
import { curlCommand } from '#ui/curl-command.ts';
import { failureMessage } from '#ui/failure-message.ts';
import { paths } from '#ui/paths.ts';
import { toastDone, toastFailed } from '#ui/toast.tsx';

type Delivery = Outputs['deliveries']['get'];

/** The webhook's own headers are credentials: their values are left to whoever runs the command. */
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

/** Sends a delivery now, or its event again once it has ended; or copies the request with a fresh signature. */
export function DeliveryActions({ delivery: { id, body, status } }: { delivery: Delivery }) {
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
      <Button leftSection={<IconRefresh size={16} />} loading={retry.isPending} onClick={() => retry.mutate({ id })}>
        {status === 'pending' ? 'Retry now' : 'Retry'}
      </Button>
    </Group>
  );
}
