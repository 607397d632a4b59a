'use client';

import { useState } from 'react';
import { api } from '#client/console-api.ts';
import { OnceModal } from '#ui/once-modal.tsx';
import { paths } from '#ui/paths.ts';
import { PasswordAgain } from './password-again.tsx';
import { RecoveryCodes } from './recovery-codes.tsx';

type Props = { opened: boolean; onClose: () => void };

/** Replaces the recovery codes. */
export function NewRecoveryCodes({ opened, onClose }: Props) {
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
