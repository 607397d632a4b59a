'use client';

import { Button, Group, Stack, Text, Textarea } from '@mantine/core';
import { useForm } from '@mantine/form';
import { api } from '#client/console-api.ts';
import { Notice } from '#ui/notice.tsx';
import { toastDone } from '#ui/toast.tsx';
import { useFormSubmit } from '#ui/use-form-submit.ts';
import type { GroupData } from './group-header.tsx';
import { groupName } from './group-name.ts';

/** Asks why a group is to be muted, and mutes it. */
export function MuteForm({ group, onClose }: { group: GroupData; onClose: () => void }) {
  const cache = api.useUtils();
  const mute = api.csp.muteGroup.useMutation();
  const form = useForm({ initialValues: { note: '' } });
  const { message, busy, submit } = useFormSubmit(form, async ({ note }) => {
    await mute.mutateAsync({ id: group.id, note });
    await cache.csp.invalidate();
    toastDone(`${groupName(group)} is muted.`);
    onClose();
  });
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md">
        <Text>The overview hides it and no alert tells of it. Its reports are still written, and you can lift it.</Text>
        {message && <Notice tone="failure">{message}</Notice>}
        <Textarea
          label="Note"
          description="Why, for whoever wonders later. Optional."
          placeholder="The old banner: it goes in January."
          autosize
          minRows={2}
          maxRows={6}
          data-autofocus
          {...form.getInputProps('note')}
        />
        <Group justify="flex-end" gap="sm">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={busy}>
            Mute
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
