'use client';

import { Button, PasswordInput, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useState } from 'react';
import { api } from '#client/console-api.ts';
import { useSession } from '#features/auth/components/use-session.ts';
import { Notice } from '#ui/notice.tsx';
import { toastDone } from '#ui/toast.tsx';
import { useFormSubmit } from '#ui/use-form-submit.ts';

/** Takes a new address, and the password that shows whose account it is. */
export function ChangeEmailForm() {
  const { user } = useSession();
  const cache = api.useUtils();
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
    const what = await change.mutateAsync(values);
    form.reset();
    if (what === 'confirm') return setAwaited(values.email);
    await Promise.all([cache.session.get.invalidate(), cache.members.list.invalidate()]);
    toastDone(`You sign in with ${values.email} from now on.`);
  });
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md" maw={420}>
        {message && <Notice tone="failure">{message}</Notice>}
        {awaited && (
          <Notice>
            Open the link that is on its way to {awaited}. Until then you sign in with {user.email}.
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
