'use client';

import { Modal } from '@mantine/core';
import { type ReactNode, useState } from 'react';

type Props<Value> = {
  opened: boolean;
  onClose: () => void;
  title: (value: Value | undefined) => string;
  size?: string;
  /** What is shown once; undefined as long as it is not there. */
  value: Value | undefined;
  /** Called when the value was dismissed and is out of sight. */
  onForget: () => void;
  /** What asks for the value, and then the value with a button that dismisses it. */
  children: (value: Value | undefined, dismiss: () => void) => ReactNode;
};

/**
 * A dialog that ends with something that is shown once. As soon as it is there, nothing but its own button closes the
 * dialog: no click beside it, no Escape. A value that arrives after the dialog was closed opens it again.
 */
export function OnceModal<Value>({ opened, onClose, title, size, value, onForget, children }: Props<Value>) {
  const [isDismissed, setIsDismissed] = useState(false);
  const isHeld = value !== undefined;
  const dismiss = () => {
    setIsDismissed(true);
    onClose();
  };
  const forget = () => {
    if (!isDismissed) return;
    setIsDismissed(false);
    onForget();
  };
  return (
    <Modal
      opened={isHeld ? !isDismissed : opened}
      onClose={onClose}
      onExitTransitionEnd={forget}
      title={title(value)}
      closeOnClickOutside={!isHeld}
      closeOnEscape={!isHeld}
      withCloseButton={!isHeld}
      {...(size && { size })}
    >
      {children(value, dismiss)}
    </Modal>
  );
}
