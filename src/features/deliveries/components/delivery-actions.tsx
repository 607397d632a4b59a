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

/** Sends the event again, or copies the request with a fresh signature. */
export function DeliveryActions({ delivery: { id, body } }: { delivery: Delivery }) {
  const router = useRouter();
  const cache = api.useUtils();
  const retry = api.deliveries.retry.useMutation({
    onSuccess: (fresh) => {
      void cache.webhooks.deliveries.invalidate({ id: fresh.webhook_id });
      toastDone('The event is sent again: this is its new delivery.');
      router.push(paths.delivery(fresh.id));
    },
    onError: (error) => toastFailed(failureMessage(error)),
  });
  const curl = api.deliveries.asCurl.useMutation({ onError: (error) => toastFailed(failureMessage(error)) });
  if (body === null) return null;
  return (
    <Group gap="sm">
      <CopyTextButton label="Copy as cURL" value={async () => toCurl(await curl.mutateAsync({ id }))} />
      <Button leftSection={<IconRefresh size={16} />} loading={retry.isPending} onClick={() => retry.mutate({ id })}>
        Retry
      </Button>
    </Group>
  );
}
