'use client';

import { Button, Group } from '@mantine/core';
import { IconPlayerPause, IconPlayerPlay } from '@tabler/icons-react';
import { api } from '#client/console-api.ts';
import { useSession } from '#features/auth/components/use-session.ts';
import { failureMessage } from '#ui/failure-message.ts';
import { toastDone, toastFailed } from '#ui/toast.tsx';
import type { Source } from './source-words.ts';

/** Pauses the stream, or resumes it where it was. */
export function PauseSource({ source }: { source: Source }) {
  const { mayChange } = useSession();
  const cache = api.useUtils();
  const after = (message: string) => ({
    onSuccess: (changed: Source) => {
      cache.sources.get.setData(undefined, changed);
      toastDone(message);
    },
    onError: (error: Parameters<typeof failureMessage>[0]) => toastFailed(failureMessage(error)),
  });
  const pause = api.sources.pause.useMutation(after('The stream is paused. The source keeps its log meanwhile.'));
  const resume = api.sources.resume.useMutation(after('The stream goes on where it was.'));
  if (!mayChange) return null;
  return (
    <Group>
      {source.paused_at ? (
        <Button leftSection={<IconPlayerPlay size={16} />} loading={resume.isPending} onClick={() => resume.mutate({})}>
          Resume
        </Button>
      ) : (
        <Button
          variant="default"
          leftSection={<IconPlayerPause size={16} />}
          loading={pause.isPending}
          onClick={() => pause.mutate({})}
        >
          Pause
        </Button>
      )}
    </Group>
  );
}
