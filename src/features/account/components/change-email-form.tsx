'use client';

import { Button, PasswordInput, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useState } from 'react';
import { api } from '#client/console-api.ts';
import { useSession } from '#features/auth/components/use-session.ts';
import { Notice } from '#ui/notice.tsx';
import { useFormSubmit } from '#ui/use-form-submit.ts';

/** Takes a new address, and the password that shows whose account it is. */
export function ChangeEmailForm() {
  const { user } = useSession();
  const options = api.signIn.options.useQuery().data;
  const [awaited, setAwaited] = useState<string>();
  const change = api.account.changeEmail.useMutation();
  const form = useForm({
    initialValues: { email: '', password: '' },
    validate: {
      email: (email) => (email.includes('@') ? null : 'Give an e-mail address.'),
      password: (password) => (password ? null : 'Give your password.'),
    },
  });
  const { message, busy, submit } = useFormSubmit(form, async (values) => {
    await change.mutateAsync(values);
    form.reset();
    setAwaited(values.email);
  });
  if (options && !options.mail)
    return (
      <Notice>
        This console has no mail server, so nobody can prove a new address. Ask an admin to change yours, on the Members
        page.
      </Notice>
    );
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md" maw={420}>
        {message && <Notice tone="failure">{message}</Notice>}
        {awaited && (
          <Notice>
            Open the link that is on its way to {awaited}. Use this browser, or sign in there first. Until then you sign
            in with {user.email}.
          </Notice>
        )}
        <TextInput label="New e-mail" type="email" autoComplete="email" {...form.getInputProps('email')} />
        <PasswordInput label="Your password" autoComplete="current-password" {...form.getInputProps('password')} />
        <Button type="submit" loading={busy} style={{ alignSelf: 'start' }}>
          Change e-mail
        </Button>
      </Stack>
    </form>
  );
}
