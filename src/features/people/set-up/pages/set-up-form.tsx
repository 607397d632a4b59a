'use client';

import { Button, PasswordInput, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { api } from '#client/console-api.ts';
import { postAuth } from '#features/people/auth/pages/post-auth.ts';
import { NEW_PASSWORD_HELP, newPasswordError } from '#features/people/passwords/pages/new-password.ts';
import { useFormSubmit } from '#ui/forms/use-form-submit.ts';
import { leaveFor } from '#ui/page/leave-for.ts';
import { Notice } from '#ui/page/notice.tsx';
import { paths } from '#ui/page/paths.ts';

const required = (what: string) => (value: string) => (value.trim() ? null : `Enter ${what}.`);

/** The first account and its organization; signs in when they are made. */
export function SetUpForm({ token }: { token: string }) {
  const complete = api.setup.complete.useMutation();
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: { organization_name: '', name: '', email: '', password: '' },
    validate: {
      organization_name: required('a name'),
      name: required('your name'),
      email: (email) => (email.includes('@') ? null : 'Enter your e-mail address.'),
      password: newPasswordError,
    },
  });
  const { message, busy, submit } = useFormSubmit(form, async (values) => {
    await complete.mutateAsync({ token, ...values });
    const answer = await postAuth(paths.authSignIn, { email: values.email, password: values.password });
    await leaveFor(answer.ok ? paths.connectors : paths.signIn());
  });

  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md">
        {message && <Notice tone="failure">{message}</Notice>}
        <TextInput
          label="Organization"
          description="Your company or team. It can be renamed later."
          autoComplete="organization"
          autoFocus
          key={form.key('organization_name')}
          {...form.getInputProps('organization_name')}
        />
        <TextInput label="Your name" autoComplete="name" key={form.key('name')} {...form.getInputProps('name')} />
        <TextInput
          label="E-mail"
          type="email"
          autoComplete="username"
          key={form.key('email')}
          {...form.getInputProps('email')}
        />
        <PasswordInput
          label="Password"
          description={NEW_PASSWORD_HELP}
          autoComplete="new-password"
          key={form.key('password')}
          {...form.getInputProps('password')}
        />
        <Button type="submit" loading={busy} fullWidth mt="xs">
          Create account
        </Button>
      </Stack>
    </form>
  );
}
