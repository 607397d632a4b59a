'use client';

import { Button } from '@mantine/core';
import { api, type Outputs } from '#client/console-api.ts';
import { confirmByName } from '#ui/forms/confirm-by-name.tsx';
import { failureMessage } from '#ui/page/failure-message.ts';
import { toastDone, toastFailed } from '#ui/page/toast.tsx';

/** Erases an event's data after the person has typed the event type to confirm. */
export function EraseData({ event: { id, event_type } }: { event: Outputs['events']['get'] }) {
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
