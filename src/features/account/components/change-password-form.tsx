'use client';

import { Button, PasswordInput, Stack } from '@mantine/core';
import { useForm } from '@mantine/form';
import { api } from '#client/console-api.ts';
import { endedSentence } from '#core/ended.ts';
import { NEW_PASSWORD_HELP, newPasswordError } from '#features/auth/components/new-password.ts';
import { useSession } from '#features/auth/components/use-session.ts';
import { Notice } from '#ui/notice.tsx';
import { toastDone } from '#ui/toast.tsx';
import { useFormSubmit } from '#ui/use-form-submit.ts';

/** Takes the password that is, and the one that is to be. */
export function ChangePasswordForm() {
  const { user } = useSession();
  const cache = api.useUtils();
  const change = api.account.changePassword.useMutation();
  const form = useForm({
    initialValues: { current_password: '', new_password: '' },
    validate: {
      current_password: (password) => (password ? null : 'Give your password.'),
      new_password: newPasswordError,
    },
  });
  const { message, busy, submit } = useFormSubmit(form, async (values) => {
    const { ended } = await change.mutateAsync(values);
    form.reset();
    await cache.account.sessions.invalidate();
    const done = 'Your password is changed, and every other session has ended.';
    toastDone([done, endedSentence(ended)].join(' ').trim());
  });
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md" maw={420}>
        {message && <Notice tone="failure">{message}</Notice>}
        <input type="hidden" autoComplete="username" value={user.email} readOnly />
        <PasswordInput
          label="Password now"
          autoComplete="current-password"
          {...form.getInputProps('current_password')}
        />
        <PasswordInput
          label="New password"
          description={NEW_PASSWORD_HELP}
          autoComplete="new-password"
          {...form.getInputProps('new_password')}
        />
        <Button type="submit" loading={busy} style={{ alignSelf: 'start' }}>
          Change password
        </Button>
      </Stack>
    </form>
  );
}
