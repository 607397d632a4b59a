'use client';

import { Stack, Text, TextInput } from '@mantine/core';
import { modals } from '@mantine/modals';
import { type FormEvent, type ReactNode, useState } from 'react';
import { FormActions } from './form-actions.tsx';

type Confirmation = {
  /** The question, as the dialog's title: 'Delete "Sales"?' */
  title: string;
  /** What will be deleted. */
  consequence: ReactNode;
  /** What must be typed. */
  name: string;
  /** The button: "Delete connector". */
  confirmLabel: string;
  /** Resolves when it is done. A rejection keeps the dialog open (a toast has already shown it). */
  onConfirm: () => Promise<unknown>;
};

/** Asks to type the thing's name before what cannot be undone. */
export function confirmByName(confirmation: Confirmation): void {
  const modalId = modals.open({
    title: confirmation.title,
    children: <ConfirmByName {...confirmation} onClose={() => modals.close(modalId)} />,
  });
}

function ConfirmByName({
  consequence,
  name,
  confirmLabel,
  onConfirm,
  onClose,
}: Confirmation & { onClose: () => void }) {
  const [typed, setTyped] = useState('');
  const [busy, setBusy] = useState(false);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    try {
      await onConfirm();
      onClose();
    } catch {
      setBusy(false);
    }
  };

  return (
    <form onSubmit={(event) => void submit(event)}>
      <Stack gap="md">
        <Text>{consequence}</Text>
        <TextInput
          label={
            <>
              Type <strong>{name}</strong> to confirm
            </>
          }
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
          autoComplete="off"
          spellCheck={false}
          data-autofocus
        />
        <FormActions busy={busy} onCancel={onClose} danger disabled={typed.trim() !== name}>
          {confirmLabel}
        </FormActions>
      </Stack>
    </form>
  );
}
