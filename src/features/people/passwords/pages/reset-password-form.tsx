'use client';

import { Button, PasswordInput, Stack } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useState } from 'react';
import { type Ended, endedSchema, endedSentence } from '#core/ended.ts';
import { postAuth } from '#features/people/auth/pages/post-auth.ts';
import { useFormSubmit } from '#ui/forms/use-form-submit.ts';
import { Refused } from '#ui/page/failure-message.ts';
import { LinkButton } from '#ui/page/link-button.tsx';
import { Notice } from '#ui/page/notice.tsx';
import { paths } from '#ui/page/paths.ts';
import { NEW_PASSWORD_HELP, newPasswordError } from './new-password.ts';

/** Sets a new password with the one-time token of a reset link. */
export function ResetPasswordForm({ token }: { token: string }) {
  const [ended, setEnded] = useState<Ended>();
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: { newPassword: '' },
    validate: { newPassword: newPasswordError },
  });

  const { message, busy, submit } = useFormSubmit(form, async ({ newPassword }) => {
    const answer = await postAuth(paths.authResetPassword, { newPassword, token });
    if (answer.ok) return setEnded(endedSchema.catch({}).parse(answer.body.ended));
    throw new Refused(answer.message, answer.issues);
  });

  if (ended) {
    return (
      <Stack gap="md" align="flex-start">
        <p role="status">Your password is changed, and every other session has ended. {endedSentence(ended)}</p>
        <LinkButton href={paths.signIn()}>Sign in</LinkButton>
      </Stack>
    );
  }
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md">
        {message && <Notice tone="failure">{message}</Notice>}
        <PasswordInput
          label="New password"
          description={NEW_PASSWORD_HELP}
          autoComplete="new-password"
          autoFocus
          key={form.key('newPassword')}
          {...form.getInputProps('newPassword')}
        />
        <Button type="submit" loading={busy} fullWidth mt="xs">
          Change password
        </Button>
      </Stack>
    </form>
  );
}
