'use client';

import { Button, PasswordInput, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { Refused } from '#ui/failure-message.ts';
import { leaveFor } from '#ui/leave-for.ts';
import { Notice } from '#ui/notice.tsx';
import { localPath, paths } from '#ui/paths.ts';
import { useFormSubmit } from '#ui/use-form-submit.ts';
import { postAuth } from './post-auth.ts';

/** E-mail and password; then on to `next`, or the start page, or to what is asked of a second factor. */
export function SignInForm({ next, onHalfIn }: { next: string | undefined; onHalfIn: () => void }) {
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: { email: '', password: '' },
    validate: {
      email: (email) => (email.includes('@') ? null : 'Give your e-mail address.'),
      password: (password) => (password ? null : 'Give your password.'),
    },
  });

  const { message, busy, submit } = useFormSubmit(form, async (values) => {
    const answer = await postAuth(paths.authSignIn, values);
    if (answer.ok) return answer.body.twoFactorRedirect ? onHalfIn() : leaveFor(localPath(next));
    throw new Refused(answer.status === 401 ? 'E-mail address and password do not match an account.' : answer.message);
  });

  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md">
        {message && <Notice tone="failure">{message}</Notice>}
        <TextInput
          label="E-mail"
          type="email"
          autoComplete="username"
          autoFocus
          key={form.key('email')}
          {...form.getInputProps('email')}
        />
        <PasswordInput
          label="Password"
          autoComplete="current-password"
          key={form.key('password')}
          {...form.getInputProps('password')}
        />
        <Button type="submit" loading={busy} fullWidth mt="xs">
          Sign in
        </Button>
      </Stack>
    </form>
  );
}
