'use client';

import { Button, Group, Stack, TextInput } from '@mantine/core';
import { CopyTextButton } from '#ui/copy-button.tsx';
import { Notice } from '#ui/notice.tsx';
import classes from './new-api-key.module.css';

/** A key in full, once. */
export function NewApiKey({ value, onDone }: { value: string; onDone: () => void }) {
  return (
    <Stack gap="md">
      <Notice>
        This is the only time that the key is shown. Keep it where only the program that needs it can read it.
      </Notice>
      <TextInput
        label="API key"
        value={value}
        readOnly
        classNames={{ input: classes.key ?? '' }}
        onFocus={(event) => event.currentTarget.select()}
      />
      <Group justify="flex-end" gap="sm">
        <Button variant="default" onClick={onDone}>
          Done
        </Button>
        <CopyTextButton label="Copy key" value={() => value} primary />
      </Group>
    </Stack>
  );
}
