'use client';

import { Button } from '@mantine/core';
import { api } from '#client/console-api.ts';
import { useSession } from '#features/auth/components/use-session.ts';
import { failureMessage } from '#ui/failure-message.ts';
import { Notice } from '#ui/notice.tsx';

/** How an address becomes confirmed: by a mailed link for a new password, which ends whatever somebody else set. */
export function ConfirmAddress() {
  const { user } = useSession();
  const options = api.signIn.options.useQuery().data;
  const ask = api.signIn.requestReset.useMutation();
  if (!options?.mail || !options.password) return null;
  if (ask.isSuccess)
    return <Notice>Open the link that is on its way to {user.email}, and choose a new password there.</Notice>;
  const button = (
    <Button variant="default" size="xs" loading={ask.isPending} onClick={() => ask.mutate({ email: user.email })}>
      Mail me a link
    </Button>
  );
  return (
    <Notice tone={ask.isError ? 'failure' : 'info'} action={button}>
      {ask.isError
        ? failureMessage(ask.error)
        : `Nobody has proved that ${user.email} is yours. Choose a new password by a mailed link to confirm it.`}
    </Notice>
  );
}
