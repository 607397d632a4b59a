'use client';

import { Modal } from '@mantine/core';
import { useState } from 'react';
import { api } from '#client/console-api.ts';
import { paths } from '#ui/paths.ts';
import { PasswordAgain } from './password-again.tsx';
import { RecoveryCodes } from './recovery-codes.tsx';

type Props = { opened: boolean; onClose: () => void };

/** Replaces the recovery codes. */
export function NewRecoveryCodes({ opened, onClose }: Props) {
  const cache = api.useUtils();
  const [codes, setCodes] = useState<string[]>();
  const close = () => {
    setCodes(undefined);
    onClose();
    void cache.account.twoFactor.invalidate();
  };
  return (
    <Modal opened={opened} onClose={close} title="New recovery codes" closeOnClickOutside={!codes}>
      {codes ? (
        <RecoveryCodes codes={codes} onDone={close} />
      ) : (
        <PasswordAgain
          path={paths.authNewRecoveryCodes}
          label="Make new codes"
          onCancel={close}
          onDone={({ backupCodes }) => setCodes(Array.isArray(backupCodes) ? backupCodes.map(String) : [])}
        >
          The codes that you have now work no more then.
        </PasswordAgain>
      )}
    </Modal>
  );
}
