'use client';

import { Button, Modal, Stack, Text, Textarea } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useDisclosure } from '@mantine/hooks';
import { IconBell, IconBellOff } from '@tabler/icons-react';
import { api } from '#client/console-api.ts';
import { FormActions } from '#ui/forms/form-actions.tsx';
import { useFormSubmit } from '#ui/forms/use-form-submit.ts';
import { failureMessage } from '#ui/page/failure-message.ts';
import { Notice } from '#ui/page/notice.tsx';
import { toastDone, toastFailed } from '#ui/page/toast.tsx';
import type { GroupData } from './group-name.ts';
import { groupName } from './group-name.ts';

/** Makes a group quiet, or heard again. */
export function MuteButton({ group }: { group: GroupData }) {
  return group.muted ? <Unmute group={group} /> : <Mute group={group} />;
}

function Mute({ group }: { group: GroupData }) {
  const [opened, form] = useDisclosure(false);
  return (
    <>
      <Button variant="default" leftSection={<IconBellOff size={16} />} onClick={form.open}>
        Mute
      </Button>
      <Modal opened={opened} onClose={form.close} title={`Mute ${groupName(group)}?`}>
        <MuteForm group={group} onClose={form.close} />
      </Modal>
    </>
  );
}

function Unmute({ group }: { group: GroupData }) {
  const cache = api.useUtils();
  const unmute = api.csp.unmuteGroup.useMutation({
    onSuccess: async () => {
      await cache.csp.invalidate();
      toastDone(`${groupName(group)} is heard again.`);
    },
    onError: (error) => toastFailed(failureMessage(error)),
  });
  return (
    <Button
      variant="default"
      leftSection={<IconBell size={16} />}
      loading={unmute.isPending}
      onClick={() => unmute.mutate({ id: group.id })}
    >
      Unmute
    </Button>
  );
}

/** Asks why a group is to be muted, and mutes it. */
function MuteForm({ group, onClose }: { group: GroupData; onClose: () => void }) {
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
        <Text>
          The overview hides it, and no alerts are sent about it. Its reports are still logged, and you can unmute it.
        </Text>
        {message && <Notice tone="failure">{message}</Notice>}
        <Textarea
          label="Note"
          description="The reason, for others to read later. Optional."
          placeholder="The old banner, which is removed in January."
          autosize
          minRows={2}
          maxRows={6}
          data-autofocus
          {...form.getInputProps('note')}
        />
        <FormActions busy={busy} onCancel={onClose}>
          Mute
        </FormActions>
      </Stack>
    </form>
  );
}
