'use client';

import { Anchor, Button, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useState } from 'react';
import { useFormSubmit } from '#ui/forms/use-form-submit.ts';
import { Refused } from '#ui/page/failure-message.ts';
import { leaveFor } from '#ui/page/leave-for.ts';
import { Notice } from '#ui/page/notice.tsx';
import { localPath, paths } from '#ui/page/paths.ts';
import { type AuthAnswer, postAuth } from './post-auth.ts';

/** The second step of signing in: a code of the app, or one of the recovery codes. */
export function SecondFactorForm({ next }: { next: string | undefined }) {
  const [byRecovery, setByRecovery] = useState(false);
  const form = useForm({
    initialValues: { code: '' },
    validate: { code: (code) => (code.trim() ? null : 'Enter the code.') },
  });
  const { message, busy, submit } = useFormSubmit(form, async ({ code }) => {
    const path = byRecovery ? paths.authVerifyRecoveryCode : paths.authVerifyTotp;
    const answer = await postAuth(path, { code: code.replaceAll(/\s/g, '') });
    if (answer.ok) return leaveFor(localPath(next));
    throw refusalOf(answer);
  });
  const change = () => {
    setByRecovery(!byRecovery);
    form.reset();
  };
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md">
        {message && <Notice tone="failure">{message}</Notice>}
        {byRecovery ? (
          <TextInput
            key="recovery"
            label="Recovery code"
            description="Each works once."
            autoComplete="off"
            spellCheck={false}
            autoFocus
            {...form.getInputProps('code')}
          />
        ) : (
          <TextInput
            key="app"
            label="Code"
            description="The six digits that your authenticator app shows."
            inputMode="numeric"
            autoComplete="one-time-code"
            autoFocus
            {...form.getInputProps('code')}
          />
        )}
        <Button type="submit" loading={busy} fullWidth mt="xs">
          Sign in
        </Button>
        <div>
          <Anchor component="button" type="button" onClick={change}>
            {byRecovery ? 'Use the app' : 'Use a recovery code'}
          </Anchor>
        </div>
      </Stack>
    </form>
  );
}

/** The library's messages say what happened, but not what to do. */
function refusalOf({ code, message }: Extract<AuthAnswer, { ok: false }>): Refused {
  switch (code) {
    case 'INVALID_CODE':
      return atCode('The code does not fit. Take the newest one, and look at the time of your device.');
    case 'INVALID_BACKUP_CODE':
      return atCode('This is not a recovery code of yours that is left.');
    case 'TOO_MANY_ATTEMPTS_REQUEST_NEW_CODE':
    case 'INVALID_TWO_FACTOR_COOKIE':
      return new Refused(
        'This sign-in has ended, after ten minutes or five wrong codes. Load the page and begin again.',
      );
    case 'ACCOUNT_TEMPORARILY_LOCKED':
      return new Refused('Too many wrong codes: the account takes none for 15 minutes.');
    default:
      return new Refused(message);
  }
}

const atCode = (message: string) => new Refused(message, [{ path: ['code'], message }]);
