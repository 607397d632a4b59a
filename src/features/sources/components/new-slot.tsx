'use client';

import { Button, Text } from '@mantine/core';
import { api } from '#client/console-api.ts';
import { useSession } from '#features/auth/components/use-session.ts';
import { failureMessage } from '#ui/failure-message.ts';
import { toastDone, toastFailed } from '#ui/toast.tsx';
import type { Source } from './source-words.ts';

/** Makes a new slot in the place of one that is lost. */
export function NewSlot({ source }: { source: Source }) {
  const { mayChange } = useSession();
  const cache = api.useUtils();
  const renew = api.sources.renewSlot.useMutation({
    onSuccess: (changed) => {
      cache.sources.get.setData(undefined, changed);
      toastDone('A new slot is being made. What was missed is listed under Gaps.');
    },
    onError: (error) => toastFailed(failureMessage(error)),
  });
  if (!mayChange) return <Text c="dimmed">An administrator can make a new slot.</Text>;
  return (
    <Button mt="xs" loading={renew.isPending || source.new_slot_asked_at !== null} onClick={() => renew.mutate({})}>
      Make a new slot
    </Button>
  );
}
