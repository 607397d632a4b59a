import { Button, Group } from '@mantine/core';
import type { ReactNode } from 'react';

type Props = {
  /** What the button that sends the form says. */
  children: ReactNode;
  busy: boolean;
  onCancel: () => void;
  disabled?: boolean;
  /** Whether what the form does can't be undone or takes something away. */
  danger?: boolean;
};

/** The last row of a form in a dialog: a button that closes it, and one that sends it. */
export function FormActions({ children, busy, onCancel, disabled = false, danger = false }: Props) {
  return (
    <Group justify="flex-end" gap="sm">
      <Button variant="default" onClick={onCancel}>
        Cancel
      </Button>
      <Button type="submit" loading={busy} disabled={disabled} {...(danger && { color: 'red' })}>
        {children}
      </Button>
    </Group>
  );
}
