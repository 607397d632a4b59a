'use client';

import { Button, PasswordInput, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useState } from 'react';
import { api } from '#client/console-api.ts';
import { Notice } from '#ui/notice.tsx';
import { paths } from '#ui/paths.ts';
import { useFormFailure } from '#ui/use-form-failure.ts';
import { NEW_PASSWORD_HELP, newPasswordError } from './new-password.ts';
import { postAuth } from './post-auth.ts';

const required = (what: string) => (value: string) => (value.trim() ? null : `Give ${what}.`);

/** The first account and its organization; signs in when they are made. */
export function SetUpForm({ token }: { token: string }) {
  const [signingIn, setSigningIn] = useState(false);
  const complete = api.setup.complete.useMutation();
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: { organization_name: '', name: '', email: '', password: '' },
    validate: {
      organization_name: required('a name'),
      name: required('your name'),
      email: (email) => (email.includes('@') ? null : 'Give your e-mail address.'),
      password: newPasswordError,
    },
  });
  const failure = useFormFailure(form);

  const submit = form.onSubmit((values) =>
    failure.show(async () => {
      await complete.mutateAsync({ token, ...values });
      setSigningIn(true);
      const answer = await postAuth(paths.authSignIn, { email: values.email, password: values.password });
      location.assign(answer.ok ? paths.connectors : paths.signIn());
    }),
  );

  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md">
        {failure.message && <Notice tone="failure">{failure.message}</Notice>}
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
        <Button type="submit" loading={complete.isPending || signingIn} fullWidth mt="xs">
          Create account
        </Button>
      </Stack>
    </form>
  );
}
