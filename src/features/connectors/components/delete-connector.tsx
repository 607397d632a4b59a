'use client';

import { Button } from '@mantine/core';
import { useRouter } from 'next/navigation';
import { api } from '#client/console-api.ts';
import { confirmByName } from '#ui/confirm-by-name.tsx';
import { failureMessage } from '#ui/failure-message.ts';
import { paths } from '#ui/paths.ts';
import { toastDone, toastFailed } from '#ui/toast.tsx';

/** Deletes a connector once its name has been typed. */
export function DeleteConnector({ connector: { id, name } }: { connector: { id: string; name: string } }) {
  const router = useRouter();
  const cache = api.useUtils();
  const remove = api.connectors.delete.useMutation({
    onSuccess: async () => {
      router.push(paths.connectors);
      await cache.connectors.list.invalidate();
      toastDone(`${name} is deleted.`);
    },
    onError: (error) => toastFailed(failureMessage(error)),
  });
  const ask = () =>
    confirmByName({
      title: `Delete ${name}?`,
      consequence: 'Its configuration and its history are deleted. This cannot be undone.',
      name,
      confirmLabel: 'Delete connector',
      onConfirm: () => remove.mutateAsync({ id }),
    });
  return (
    <Button variant="outline" color="red" onClick={ask}>
      Delete connector
    </Button>
  );
}
