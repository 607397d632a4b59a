'use client';

import { Button, Stack } from '@mantine/core';
import { useState } from 'react';
import { api } from '#client/console-api.ts';
import { failureMessage } from '#ui/page/failure-message.ts';
import { LinkButton } from '#ui/page/link-button.tsx';
import { Notice } from '#ui/page/notice.tsx';
import { paths } from '#ui/page/paths.ts';

/** Confirms an address with a button, because mail scanners open the links in mails. */
export function ConfirmEmail({ token }: { token: string }) {
  const [email, setEmail] = useState<string>();
  const confirm = api.account.confirmEmail.useMutation({ onSuccess: (done) => setEmail(done.email) });
  if (email)
    return (
      <Stack gap="md" align="flex-start">
        <p role="status">You sign in with {email} from now on.</p>
        <LinkButton href={paths.home}>Open the console</LinkButton>
      </Stack>
    );
  return (
    <Stack gap="md">
      {confirm.isError && <Notice tone="failure">{failureMessage(confirm.error)}</Notice>}
      <Button fullWidth loading={confirm.isPending} onClick={() => confirm.mutate({ token })}>
        Confirm this address
      </Button>
    </Stack>
  );
}
