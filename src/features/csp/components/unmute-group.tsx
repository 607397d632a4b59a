'use client';

import { Button } from '@mantine/core';
import { api } from '#client/console-api.ts';
import { failureMessage } from '#ui/failure-message.ts';
import { toastDone, toastFailed } from '#ui/toast.tsx';

/** Lifts a mute, in the list of them. */
export function UnmuteGroup({ id, title }: { id: string; title: string }) {
  const cache = api.useUtils();
  const unmute = api.csp.unmuteGroup.useMutation({
    onSuccess: async () => {
      await cache.csp.invalidate();
      toastDone('The group is shown and told again.');
    },
    onError: (error) => toastFailed(failureMessage(error)),
  });
  return (
    <Button
      variant="default"
      size="xs"
      loading={unmute.isPending}
      onClick={() => unmute.mutate({ id })}
      aria-label={`Unmute ${title}`}
    >
      Unmute
    </Button>
  );
}
