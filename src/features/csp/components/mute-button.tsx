'use client';

import { Button, Modal } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconBell, IconBellOff } from '@tabler/icons-react';
import { api } from '#client/console-api.ts';
import { failureMessage } from '#ui/failure-message.ts';
import { toastDone, toastFailed } from '#ui/toast.tsx';
import type { GroupData } from './group-header.tsx';
import { groupName } from './group-name.ts';
import { MuteForm } from './mute-form.tsx';

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
