'use client';

import { Anchor, Button, Code, Collapse, Divider, PasswordInput, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useDisclosure } from '@mantine/hooks';
import { useState } from 'react';
import type { Outputs } from '#client/console-api.ts';
import { api } from '#client/console-api.ts';
import { useFormSubmit } from '#ui/forms/use-form-submit.ts';
import { Refused } from '#ui/page/failure-message.ts';
import { leaveFor } from '#ui/page/leave-for.ts';
import { Notice } from '#ui/page/notice.tsx';
import { localPath, paths } from '#ui/page/paths.ts';
import { postAuth } from './post-auth.ts';
import { SecondFactorForm } from './second-factor-form.tsx';
import { SingleSignOn } from './single-sign-on.tsx';

type Props = {
  next: string | undefined;
  options: Outputs['signIn']['options'];
  /** The error code with which single sign-on failed. */
  error: string | undefined;
};

/** The ways to sign in that this console offers. */
export function SignIn({ next, options: { password, mail, sso }, error }: Props) {
  const [halfIn, setHalfIn] = useState(false);
  if (halfIn) return <SecondFactorForm next={next} />;
  return (
    <Stack gap="lg">
      {error && <Notice tone="failure">{ssoFailure(error)}</Notice>}
      {sso && <SingleSignOn name={sso} next={next} alone={!password} />}
      {sso && password && <Divider label="or" />}
      {password && (
        <>
          <SignInForm next={next} onHalfIn={() => setHalfIn(true)} />
          <ForgottenPassword mail={mail} />
        </>
      )}
    </Stack>
  );
}

/** The sign-in page's message for each error code of single sign-on. */
export function ssoFailure(code: string): string {
  switch (code.toLowerCase()) {
    case 'access_denied':
      return 'The provider did not let you in, or you cancelled there.';
    case 'domain_not_allowed':
      return 'Your address belongs to no organization here, and nobody has invited you: ask an admin for an invitation.';
    case 'other_identity_linked':
      return 'The account with your address belongs to another person at the provider. Ask whoever runs this console to change the address of that account.';
    case 'email_not_verified':
    case 'account_not_linked':
      return 'The provider does not say that your e-mail address is verified, so nobody was signed in. Verify it there if you can. Otherwise ask whoever runs this console: the provider can send email_verified, or OIDC_TRUST_EMAIL can trust its addresses.';
    case 'account_has_password':
      return 'The account with your address has a password, and the provider does not say that your address is verified. Sign in with your password, or ask whoever runs this console: the provider can send email_verified (Microsoft Entra ID: xms_edov).';
    case 'email_not_found':
      return 'The provider did not send your e-mail address. Ask whoever runs this console: the provider can send the claim email, or OIDC_EMAIL_CLAIM can name the claim that has the address.';
    case 'state_not_found':
    case 'state_mismatch':
    case 'please_restart_the_process':
      return 'This took longer than ten minutes, or began in another browser. Try again.';
    default:
      return `Single sign-on failed (${code.slice(0, 60)}). Try again; if it stays, the application log says why.`;
  }
}

/** The form for e-mail and password. It leads to `next`, the start page, or the form for the second factor. */
function SignInForm({ next, onHalfIn }: { next: string | undefined; onHalfIn: () => void }) {
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: { email: '', password: '' },
    validate: {
      email: (email) => (email.includes('@') ? null : 'Enter your e-mail address.'),
      password: (password) => (password ? null : 'Enter your password.'),
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

/** By mail if there is a mail server, otherwise with the help of an admin. */
function ForgottenPassword({ mail }: { mail: boolean }) {
  const [shown, { toggle }] = useDisclosure(false);
  return (
    <div>
      <Anchor component="button" type="button" onClick={toggle} aria-expanded={shown}>
        Forgot your password?
      </Anchor>
      <Collapse expanded={shown}>
        {mail ? (
          <RequestForm />
        ) : (
          <p>
            An admin of your organization can create a reset link on the members page. So can the console’s operator,
            with <Code>npm run cli -- users reset-link EMAIL</Code>
          </p>
        )}
      </Collapse>
    </div>
  );
}

function RequestForm() {
  const [asked, setAsked] = useState<string>();
  const request = api.signIn.requestReset.useMutation();
  const form = useForm({
    initialValues: { email: '' },
    validate: { email: (email) => (email.includes('@') ? null : 'Enter your e-mail address.') },
  });
  const { message, busy, submit } = useFormSubmit(form, async (values) => {
    await request.mutateAsync(values);
    setAsked(values.email);
  });
  if (asked) return <Notice>If {asked} has an account, a link for a new password is on its way there.</Notice>;
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md" mt="md">
        {message && <Notice tone="failure">{message}</Notice>}
        <TextInput label="E-mail of your account" type="email" autoComplete="email" {...form.getInputProps('email')} />
        <Button type="submit" variant="default" loading={busy} fullWidth>
          Send a link
        </Button>
      </Stack>
    </form>
  );
}
