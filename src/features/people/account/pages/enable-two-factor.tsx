'use client';

import { Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { QRCodeSVG } from 'qrcode.react';
import { useState } from 'react';
import { api } from '#client/console-api.ts';
import { postAuth } from '#features/people/auth/pages/post-auth.ts';
import { useSession } from '#features/people/auth/pages/use-session.ts';
import { FormActions } from '#ui/forms/form-actions.tsx';
import { OnceModal } from '#ui/forms/once-modal.tsx';
import { useFormSubmit } from '#ui/forms/use-form-submit.ts';
import { Refused } from '#ui/page/failure-message.ts';
import { leaveFor } from '#ui/page/leave-for.ts';
import { Notice } from '#ui/page/notice.tsx';
import { paths } from '#ui/page/paths.ts';
import { toastDone } from '#ui/page/toast.tsx';
import { Copyable } from '#ui/values/copyable.tsx';
import classes from './enable-two-factor.module.css';
import { PasswordAgain } from './password-again.tsx';
import { RecoveryCodes } from './recovery-codes.tsx';

type Props = { opened: boolean; onClose: () => void };
type Enrolment = { uri: string; codes: string[] };

/** Asks for the password, then for the first code of the app, which turns the second factor on, and shows the recovery codes. */
export function EnableTwoFactor({ opened, onClose }: Props) {
  const cache = api.useUtils();
  const session = useSession();
  const [enrolment, setEnrolment] = useState<Enrolment>();
  // Present once the second factor is on.
  const [codes, setCodes] = useState<string[]>();
  const cancel = () => {
    setEnrolment(undefined);
    onClose();
  };
  const forget = () => {
    setCodes(undefined);
    // Pages that required a second factor become available.
    if (session.lacks_two_factor) {
      void leaveFor(window.location.href);
      return;
    }
    toastDone('Two-factor authentication is on.');
    void Promise.all([cache.account.invalidate(), cache.session.get.invalidate(), cache.members.list.invalidate()]);
  };
  return (
    <OnceModal
      opened={opened}
      onClose={cancel}
      title={() => 'Set up two-factor authentication'}
      value={codes}
      onForget={forget}
    >
      {(shown, dismiss) =>
        shown ? (
          <RecoveryCodes codes={shown} onDone={dismiss} />
        ) : enrolment ? (
          <FirstCodeForm uri={enrolment.uri} onCancel={cancel} onDone={() => setCodes(enrolment.codes)} />
        ) : (
          <PasswordAgain
            path={paths.authEnableTwoFactor}
            label="Continue"
            onCancel={cancel}
            onDone={({ totpURI, backupCodes }) =>
              setEnrolment({ uri: String(totpURI), codes: Array.isArray(backupCodes) ? backupCodes.map(String) : [] })
            }
          >
            You need an authenticator app; password managers have one. First, your password again.
          </PasswordAgain>
        )
      }
    </OnceModal>
  );
}

function FirstCodeForm({ uri, onCancel, onDone }: { uri: string; onCancel: () => void; onDone: () => void }) {
  const form = useForm({
    initialValues: { code: '' },
    validate: {
      code: (code) => (/^\s*\d{3}\s?\d{3}\s*$/.test(code) ? null : 'Give the six digits that the app shows.'),
    },
  });
  const { message, busy, submit } = useFormSubmit(form, async ({ code }) => {
    const answer = await postAuth(paths.authVerifyTotp, { code: code.replaceAll(/\s/g, '') });
    if (!answer.ok && answer.code === 'INVALID_CODE')
      throw new Refused(answer.message, [
        { path: ['code'], message: 'The code does not fit. Take the newest one, and look at the time of your device.' },
      ]);
    if (!answer.ok) throw new Refused(answer.message, answer.issues);
    onDone();
  });
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md">
        {message && <Notice tone="failure">{message}</Notice>}
        <Text>Scan this with the app, or type the key into it.</Text>
        <div className={classes.code}>
          <QRCodeSVG value={uri} size={184} title="QR code for the authenticator app" />
        </div>
        <div>
          <Text size="sm" c="dimmed">
            Key
          </Text>
          <Copyable value={new URL(uri).searchParams.get('secret') ?? ''} what="the key" />
        </div>
        <TextInput
          label="Code from the app"
          inputMode="numeric"
          autoComplete="one-time-code"
          data-autofocus
          {...form.getInputProps('code')}
        />
        <FormActions busy={busy} onCancel={onCancel}>
          Switch on
        </FormActions>
      </Stack>
    </form>
  );
}
