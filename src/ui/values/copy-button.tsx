'use client';

import { ActionIcon, Button, Tooltip, VisuallyHidden } from '@mantine/core';
import { useClipboard } from '@mantine/hooks';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { useEffect } from 'react';
import { toastFailed } from '#ui/page/toast.tsx';

function useCopy() {
  const clipboard = useClipboard({ timeout: 1500 });
  useEffect(() => {
    if (clipboard.error) toastFailed('The browser does not let this page copy: select the text and copy it by hand.');
  }, [clipboard.error]);
  return clipboard;
}

/** A small button beside what it copies. `what` completes its name: "Copy connector id". */
export function CopyIcon({ value, what }: { value: string; what: string }) {
  const { copied, copy } = useCopy();
  return (
    <Tooltip label={copied ? 'Copied' : `Copy ${what}`}>
      <ActionIcon variant="subtle" color="gray" size="sm" aria-label={`Copy ${what}`} onClick={() => copy(value)}>
        {copied ? <IconCheck size={14} color="var(--state-success)" /> : <IconCopy size={14} />}
      </ActionIcon>
    </Tooltip>
  );
}

/** A button with a label, for copying as a next step. `value` is computed on click. */
export function CopyTextButton({
  value,
  label,
  primary = false,
}: {
  value: () => string | Promise<string>;
  label: string;
  primary?: boolean;
}) {
  const { copied, copy } = useCopy();
  const copyWhenMade = async () => {
    try {
      copy(await value());
    } catch {
      // Who makes the value says why it could not be made.
    }
  };
  return (
    <Button
      variant={primary ? 'filled' : 'default'}
      onClick={() => void copyWhenMade()}
      leftSection={copied ? <IconCheck size={16} /> : <IconCopy size={16} />}
    >
      {label}
      <VisuallyHidden role="status">{copied && 'Copied'}</VisuallyHidden>
    </Button>
  );
}
