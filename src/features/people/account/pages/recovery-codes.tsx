'use client';

import { Button, Group, Stack } from '@mantine/core';
import { Notice } from '#ui/page/notice.tsx';
import { CopyTextButton } from '#ui/values/copy-button.tsx';
import classes from './recovery-codes.module.css';

/** Shows the recovery codes once. */
export function RecoveryCodes({ codes, onDone }: { codes: string[]; onDone: () => void }) {
  return (
    <Stack gap="md">
      <Notice>
        Keep these where you keep your passwords: each lets you in once without the app. They are shown only now.
      </Notice>
      <ul className={classes.codes} aria-label="Recovery codes">
        {codes.map((code) => (
          <li key={code}>{code}</li>
        ))}
      </ul>
      <Group justify="flex-end" gap="sm">
        <CopyTextButton label="Copy codes" value={() => codes.join('\n')} />
        <Button onClick={onDone}>I have kept them</Button>
      </Group>
    </Stack>
  );
}
