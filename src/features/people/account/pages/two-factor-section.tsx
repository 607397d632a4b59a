'use client';

import { Button, Group, Modal, Text } from '@mantine/core';
import { useState } from 'react';
import { api } from '#client/console-api.ts';
import { OnceModal } from '#ui/forms/once-modal.tsx';
import { paths } from '#ui/page/paths.ts';
import { QueryFailure } from '#ui/page/query-failure.tsx';
import { ListSkeleton } from '#ui/page/skeletons.tsx';
import { StateLabel } from '#ui/page/state-label.tsx';
import { toastDone } from '#ui/page/toast.tsx';
import { EnableTwoFactor } from './enable-two-factor.tsx';
import { PasswordAgain } from './password-again.tsx';
import { RecoveryCodes } from './recovery-codes.tsx';

type Dialog = 'enable' | 'codes' | 'disable';

/** The second factor: whether it is on, and the buttons to change it. */
export function TwoFactorSection() {
  const query = api.account.twoFactor.useQuery();
  const [dialog, setDialog] = useState<Dialog>();
  const close = () => setDialog(undefined);
  if (query.isLoadingError) return <QueryFailure query={query} />;
  if (!query.data) return <ListSkeleton rows={1} />;
  const { enabled, recovery_codes_left, has_password } = query.data;
  if (!has_password) return <p>You sign in elsewhere, and give your second factor there.</p>;
  return (
    <>
      {enabled ? (
        <>
          <StateLabel tone="success">On</StateLabel>
          <Text c={recovery_codes_left < 3 ? undefined : 'dimmed'}>
            {recovery_codes_left} of 10 recovery codes are left
            {recovery_codes_left < 3 ? ': make new ones soon.' : '.'}
          </Text>
          <Group gap="sm" mt="md">
            <Button variant="default" onClick={() => setDialog('codes')}>
              New recovery codes
            </Button>
            <Button variant="subtle" color="red" onClick={() => setDialog('disable')}>
              Switch off
            </Button>
          </Group>
        </>
      ) : (
        <>
          <StateLabel tone="idle">Off</StateLabel>
          <Group mt="md">
            <Button onClick={() => setDialog('enable')}>Set up</Button>
          </Group>
        </>
      )}
      <EnableTwoFactor opened={dialog === 'enable'} onClose={close} />
      <NewRecoveryCodes opened={dialog === 'codes'} onClose={close} />
      <DisableTwoFactor opened={dialog === 'disable'} onClose={close} />
    </>
  );
}

type Props = { opened: boolean; onClose: () => void };

/** Turns off the second factor, after the password was entered. */
function DisableTwoFactor({ opened, onClose }: Props) {
  const cache = api.useUtils();
  const done = () => {
    onClose();
    toastDone('Two-factor authentication is off.');
    void Promise.all([cache.account.invalidate(), cache.session.get.invalidate(), cache.members.list.invalidate()]);
  };
  return (
    <Modal opened={opened} onClose={onClose} title="Switch two-factor authentication off?">
      <PasswordAgain path={paths.authDisableTwoFactor} label="Switch off" danger onCancel={onClose} onDone={done}>
        Anybody who learns your password can then sign in as you. The recovery codes stop working.
      </PasswordAgain>
    </Modal>
  );
}

type NewRecoveryCodesProps = { opened: boolean; onClose: () => void };

/** Replaces the recovery codes. */
function NewRecoveryCodes({ opened, onClose }: NewRecoveryCodesProps) {
  const cache = api.useUtils();
  const [codes, setCodes] = useState<string[]>();
  const forget = () => {
    setCodes(undefined);
    void cache.account.twoFactor.invalidate();
  };
  return (
    <OnceModal opened={opened} onClose={onClose} title={() => 'New recovery codes'} value={codes} onForget={forget}>
      {(made, dismiss) =>
        made ? (
          <RecoveryCodes codes={made} onDone={dismiss} />
        ) : (
          <PasswordAgain
            path={paths.authNewRecoveryCodes}
            label="Make new codes"
            onCancel={onClose}
            onDone={({ backupCodes }) => setCodes(Array.isArray(backupCodes) ? backupCodes.map(String) : [])}
          >
            The codes that you have now stop working.
          </PasswordAgain>
        )
      }
    </OnceModal>
  );
}
