'use client';

import { Button, Group, PasswordInput, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useState } from 'react';
import { api } from '#client/console-api.ts';
import { endedSentence } from '#core/ended.ts';
import { useSession } from '#features/people/auth/pages/use-session.ts';
import { NEW_PASSWORD_HELP, newPasswordError } from '#features/people/passwords/pages/new-password.ts';
import { useFormSubmit } from '#ui/forms/use-form-submit.ts';
import { failureMessage } from '#ui/page/failure-message.ts';
import { Notice } from '#ui/page/notice.tsx';
import { PageHeader } from '#ui/page/page-header.tsx';
import { Section } from '#ui/page/section.tsx';
import { StateLabel } from '#ui/page/state-label.tsx';
import { toastDone } from '#ui/page/toast.tsx';
import { Facts } from '#ui/values/facts.tsx';
import { OpenSessions } from './open-sessions.tsx';
import { TwoFactorSection } from './two-factor-section.tsx';

/** The settings of the person's account, which apply in all organizations. */
export function AccountSettings() {
  const { user } = useSession();
  const { has_password = true } = api.account.twoFactor.useQuery().data ?? {};
  return (
    <>
      <PageHeader title="Account" subtitle="Yours, in every organization that you are in." />
      <Section title="You">
        <Facts
          items={[
            ['Name', user.name],
            [
              'E-mail',
              user.email_confirmed ? (
                user.email
              ) : (
                <Group key="email" gap="xs">
                  {user.email} <StateLabel tone="warning">Unconfirmed</StateLabel>
                </Group>
              ),
            ],
          ]}
        />
      </Section>
      {has_password && (
        <>
          <Section title="E-mail" description="What you sign in with, and where links are sent.">
            <Stack gap="md">
              {!user.email_confirmed && <ConfirmAddress />}
              <ChangeEmailForm />
            </Stack>
          </Section>
          <Section title="Password" description="A new one ends every other session of yours.">
            <ChangePasswordForm />
          </Section>
        </>
      )}
      <Section
        title="Two-factor"
        description="A code from an app, beside the password: who learns the password alone does not get in."
      >
        <TwoFactorSection />
      </Section>
      <Section title="Sessions" description="Where you are signed in.">
        <OpenSessions />
      </Section>
    </>
  );
}

/** Explains how to confirm the address: with a mailed password link, which ends everything that somebody else may have set. */
function ConfirmAddress() {
  const { user } = useSession();
  const options = api.signIn.options.useQuery().data;
  const ask = api.signIn.requestReset.useMutation();
  if (!options?.mail || !options.password) return null;
  if (ask.isSuccess)
    return <Notice>Open the link that is on its way to {user.email}, and choose a new password there.</Notice>;
  const button = (
    <Button variant="default" size="xs" loading={ask.isPending} onClick={() => ask.mutate({ email: user.email })}>
      Mail me a link
    </Button>
  );
  return (
    <Notice tone={ask.isError ? 'failure' : 'info'} action={button}>
      {ask.isError
        ? failureMessage(ask.error)
        : `Nobody has proved that ${user.email} is yours. Choose a new password by a mailed link to confirm it.`}
    </Notice>
  );
}

/** The form for a new address and the current password. */
function ChangeEmailForm() {
  const { user } = useSession();
  const options = api.signIn.options.useQuery().data;
  const [awaited, setAwaited] = useState<string>();
  const change = api.account.changeEmail.useMutation();
  const form = useForm({
    initialValues: { email: '', password: '' },
    validate: {
      email: (email) => (email.includes('@') ? null : 'Enter an e-mail address.'),
      password: (password) => (password ? null : 'Enter your password.'),
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

/** The form for the current and the new password. */
function ChangePasswordForm() {
  const { user } = useSession();
  const cache = api.useUtils();
  const change = api.account.changePassword.useMutation();
  const form = useForm({
    initialValues: { current_password: '', new_password: '' },
    validate: {
      current_password: (password) => (password ? null : 'Enter your password.'),
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
