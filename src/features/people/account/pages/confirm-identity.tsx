'use client';

import { Anchor, Button, Group, Modal, PasswordInput, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { type ReactNode, useEffect, useState } from 'react';
import { api, type Outputs } from '#client/console-api.ts';
import { useIdentityConfirmation } from '#client/identity-confirmation.ts';
import { postAuth } from '#features/people/auth/pages/post-auth.ts';
import { useSession } from '#features/people/auth/pages/use-session.ts';
import { useFormSubmit } from '#ui/forms/use-form-submit.ts';
import { Refused } from '#ui/page/failure-message.ts';
import { Notice } from '#ui/page/notice.tsx';
import { paths } from '#ui/page/paths.ts';
import { QueryFailure } from '#ui/page/query-failure.tsx';
import { CONFIRMED_CHANNEL } from './identity-confirmed.tsx';

type Proof = 'password' | 'code' | 'sso';
type Proofs = Outputs['account']['proofs'];

/** Asks the person to confirm their identity before keys, secrets, or people are changed, and then makes the change. */
export function ConfirmIdentity() {
  const waiting = useIdentityConfirmation();
  const cancel = () => waiting?.settle(false);
  return (
    <Modal
      opened={waiting !== null}
      onClose={cancel}
      title="Confirm your identity"
      // The dialog below may have a header, and a page has one banner.
      attributes={{ header: { role: 'none' } }}
      zIndex={400}
      // Escape closes only this dialog. The one below it stays open with its input.
      onFocusCapture={({ target }) => target.setAttribute('data-mantine-stop-propagation', 'true')}
      onKeyDown={({ key }) => {
        if (key === 'Escape') cancel();
      }}
    >
      {waiting && <Confirmation onCancel={cancel} onDone={() => waiting.settle(true)} />}
    </Modal>
  );
}

type Props = { onCancel: () => void; onDone: () => void };

function Confirmation(props: Props) {
  const proofs = api.account.proofs.useQuery(undefined, { staleTime: 0 });
  if (proofs.isLoadingError) return <QueryFailure query={proofs} />;
  // The height of the form that will be shown, to prevent a layout shift.
  if (!proofs.data) return <div style={{ minHeight: 196 }} aria-busy="true" />;
  return <Proving {...props} proofs={proofs.data} />;
}

function Proving({ proofs, onCancel, onDone }: Props & { proofs: Proofs }) {
  const possible = (['password', 'code', 'sso'] as const).filter((proof) => proofs[proof]);
  const [proof, setProof] = useState<Proof | undefined>(possible[0]);
  const others = possible.filter((other) => other !== proof);
  return (
    <Stack gap="md">
      <Text>This action is sensitive. Confirm that it is you. You won’t be asked again for 15 minutes.</Text>
      {proof === undefined && (
        <Notice tone="failure">This account has nothing to confirm with. Sign out, and sign in again.</Notice>
      )}
      {proof === 'sso' && <AtProvider name={proofs.sso ?? ''} onCancel={onCancel} onDone={onDone} />}
      {(proof === 'password' || proof === 'code') && (
        <ByForm key={proof} proof={proof} onCancel={onCancel} onDone={onDone} />
      )}
      {others.map((other) => (
        <Anchor key={other} component="button" type="button" onClick={() => setProof(other)} ta="start">
          {{ password: 'Use your password', code: 'Use a code from your app', sso: `Use ${proofs.sso}` }[other]}
        </Anchor>
      ))}
    </Stack>
  );
}

function ByForm({ proof, onCancel, onDone }: Props & { proof: 'password' | 'code' }) {
  const confirm = api.account.confirmIdentity.useMutation();
  const form = useForm<Record<string, string>>({
    initialValues: { [proof]: '' },
    validate: {
      [proof]: (value: string | undefined) =>
        value?.trim() ? null : proof === 'password' ? 'Enter your password.' : 'Enter the code.',
    },
  });
  const { message, busy, submit } = useFormSubmit(form, async (values) => {
    await confirm.mutateAsync(values);
    onDone();
  });
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md">
        {message && <Notice tone="failure">{message}</Notice>}
        {proof === 'password' ? (
          <PasswordInput
            label="Password"
            autoComplete="current-password"
            // The dialog was already open, so it doesn't focus content that appears later by itself.
            autoFocus
            {...form.getInputProps('password')}
          />
        ) : (
          <TextInput
            label="Code"
            description="The six digits that your authenticator app shows."
            inputMode="numeric"
            autoComplete="one-time-code"
            autoFocus
            {...form.getInputProps('code')}
          />
        )}
        <Buttons onCancel={onCancel}>
          <Button type="submit" loading={busy}>
            Confirm
          </Button>
        </Buttons>
      </Stack>
    </form>
  );
}

/**
 * In a separate window, so that the form on this page keeps its input. The window tells this page when the person is
 * back.
 */
function AtProvider({ name, onCancel, onDone }: Props & { name: string }) {
  const { user } = useSession();
  const [message, setMessage] = useState<string>();
  useEffect(() => {
    const channel = new BroadcastChannel(CONFIRMED_CHANNEL);
    channel.addEventListener('message', ({ data }: MessageEvent<string>) => {
      // Somebody else signed in there, and this page's cookie now belongs to them.
      if (data === user.id) onDone();
      else location.reload();
    });
    return () => channel.close();
  }, [user.id, onDone]);
  const go = async () => {
    setMessage(undefined);
    // Opened in the click handler itself, because browsers block windows that open later.
    const window = globalThis.open('about:blank', '_blank', 'popup,width=520,height=680');
    const answer = await postAuth(paths.authSignInOidc, { callbackURL: paths.identityConfirmed, again: true });
    if (answer.ok && typeof answer.body.url === 'string' && window) {
      window.location.href = answer.body.url;
      return;
    }
    window?.close();
    throw new Refused(
      window
        ? answer.ok
          ? 'The provider gave no address.'
          : answer.message
        : 'The browser blocked the window. Allow pop-ups for this console, and try again.',
    );
  };
  return (
    <Stack gap="md">
      {message && <Notice tone="failure">{message}</Notice>}
      <Text>You sign in with {name}: confirm there, in a new window.</Text>
      <Buttons onCancel={onCancel}>
        <Button
          autoFocus
          onClick={() => void go().catch((error: unknown) => setMessage(error instanceof Error ? error.message : ''))}
        >
          Continue with {name}
        </Button>
      </Buttons>
    </Stack>
  );
}

function Buttons({ onCancel, children }: { onCancel: () => void; children: ReactNode }) {
  return (
    <Group justify="flex-end" gap="sm">
      <Button variant="default" onClick={onCancel}>
        Cancel
      </Button>
      {children}
    </Group>
  );
}
