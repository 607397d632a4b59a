'use client';

import { Modal } from '@mantine/core';
import { api } from '#client/console-api.ts';
import { paths } from '#ui/paths.ts';
import { toastDone } from '#ui/toast.tsx';
import { PasswordAgain } from './password-again.tsx';

type Props = { opened: boolean; onClose: () => void };

/** Switches the second factor off, for whoever knows the password. */
export function DisableTwoFactor({ opened, onClose }: Props) {
  const cache = api.useUtils();
  const done = () => {
    onClose();
    toastDone('Two-factor authentication is off.');
    void Promise.all([cache.account.invalidate(), cache.session.get.invalidate(), cache.members.list.invalidate()]);
  };
  return (
    <Modal opened={opened} onClose={onClose} title="Switch two-factor authentication off?">
      <PasswordAgain path={paths.authDisableTwoFactor} label="Switch off" danger onCancel={onClose} onDone={done}>
        Whoever learns your password can sign in as you then. The recovery codes work no more.
      </PasswordAgain>
    </Modal>
  );
}
