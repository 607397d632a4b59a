'use client';

import { Button, PasswordInput, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { api, type Outputs } from '#client/console-api.ts';
import { postAuth } from '#features/people/auth/pages/post-auth.ts';
import { NEW_PASSWORD_HELP, newPasswordError } from '#features/people/passwords/pages/new-password.ts';
import { useFormSubmit } from '#ui/forms/use-form-submit.ts';
import { leaveFor } from '#ui/page/leave-for.ts';
import { Notice } from '#ui/page/notice.tsx';
import { paths } from '#ui/page/paths.ts';

type Props = { token: string; invitation: Outputs['invitations']['open'] };

/** Joins with a new or existing account, and then opens the console. */
export function AcceptInvitationForm({ token, invitation }: Props) {
  const { email, account, organization, signed_in_as } = invitation;
  const isNew = account === 'none' || account === 'unconfirmed';
  const accept = api.invitations.accept.useMutation();
  const form = useForm({
    initialValues: { name: '', password: '' },
    validate: {
      name: (name) => (!isNew || name.trim() ? null : 'Enter your name.'),
      password: (password) => {
        if (account === 'signed_in') return null;
        if (isNew) return newPasswordError(password);
        return password ? null : 'Enter your password.';
      },
    },
  });
  const { message, busy, submit } = useFormSubmit(form, async ({ name, password }) => {
    const { organization_id } = await accept.mutateAsync({
      token,
      ...(isNew && { name }),
      ...(account !== 'signed_in' && { password }),
    });
    const isIn = account === 'signed_in' || (await postAuth(paths.authSignIn, { email, password })).ok;
    if (isIn) await postAuth(paths.authSetOrganization, { organizationId: organization_id });
    await leaveFor(isIn ? paths.home : paths.signIn());
  });
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md">
        {message && <Notice tone="failure">{message}</Notice>}
        {signed_in_as && (
          <Notice>
            You are signed in as {signed_in_as}. This invitation is for {email}, which joins {organization} instead.
          </Notice>
        )}
        {account === 'unconfirmed' && (
          <Notice>
            There is an account with your address that you have not confirmed. It becomes yours now, and its password,
            sessions, and second factor end, whoever set them.
          </Notice>
        )}
        <TextInput label="E-mail" value={email} readOnly autoComplete="username" />
        {isNew && <TextInput label="Your name" autoComplete="name" autoFocus {...form.getInputProps('name')} />}
        {account !== 'signed_in' && (
          <PasswordInput
            label="Password"
            description={isNew ? NEW_PASSWORD_HELP : 'Of the account that you have with this address.'}
            autoComplete={isNew ? 'new-password' : 'current-password'}
            {...form.getInputProps('password')}
          />
        )}
        <Button type="submit" loading={busy} fullWidth mt="xs">
          Join {organization}
        </Button>
      </Stack>
    </form>
  );
}
