'use client';

import { Group, TextInput } from '@mantine/core';
import { CopyTextButton } from '#ui/values/copy-button.tsx';

/** The complete link of an invitation, to copy. */
export function InvitationLink({ path }: { path: string }) {
  const link = `${window.location.origin}${path}`;
  return (
    <Group align="flex-end" gap="sm" wrap="nowrap">
      <TextInput label="Link" value={link} readOnly flex={1} onFocus={(event) => event.currentTarget.select()} />
      <CopyTextButton label="Copy" value={() => link} primary />
    </Group>
  );
}
