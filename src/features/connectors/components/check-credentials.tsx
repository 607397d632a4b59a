'use client';

import { Button, Stack } from '@mantine/core';
import { api } from '#client/console-api.ts';
import { useSession } from '#features/auth/components/use-session.ts';
import { counted } from '#ui/counted.ts';
import { Facts } from '#ui/facts.tsx';
import { failureMessage } from '#ui/failure-message.ts';
import { Notice } from '#ui/notice.tsx';
import { StateLabel } from '#ui/state-label.tsx';
import { FailureWords } from './failure-words.tsx';

/** Tries a connector's credentials, and says what they open. */
export function CheckCredentials({ connectorId }: { connectorId: string }) {
  const { mayChange } = useSession();
  const check = api.connectors.check.useMutation();
  if (!mayChange) return <Notice>Only an admin or owner can check the credentials.</Notice>;
  const { data: found, error } = check;
  return (
    <Stack gap="md" align="flex-start">
      <Button variant="default" loading={check.isPending} onClick={() => check.mutate({ id: connectorId })}>
        Check credentials
      </Button>
      <div aria-live="polite">
        {error && <Notice tone="failure">{failureMessage(error)}</Notice>}
        {found?.ok && (
          <Stack gap="sm">
            <StateLabel tone="success">The credentials work</StateLabel>
            <Facts items={found.found.map(({ label, value }) => [label, value])} />
          </Stack>
        )}
        {found?.error && (
          <Notice tone="failure">
            <FailureWords error={found.error} />
          </Notice>
        )}
        {found !== undefined && found.unknown_statuses > 0 && (
          <p>
            {counted(found.unknown_statuses, 'status callback')} told of messages that this connector did not send:
            another program sends with the same callback address.
          </p>
        )}
      </div>
    </Stack>
  );
}
