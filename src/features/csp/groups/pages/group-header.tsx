'use client';

import { Button, Modal, Stack, Text, Textarea } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useDisclosure } from '@mantine/hooks';
import { IconBell, IconBellOff } from '@tabler/icons-react';
import { api } from '#client/console-api.ts';
import { useSession } from '#features/people/auth/pages/use-session.ts';
import { FormActions } from '#ui/forms/form-actions.tsx';
import { useFormSubmit } from '#ui/forms/use-form-submit.ts';
import { failureMessage } from '#ui/page/failure-message.ts';
import { Notice } from '#ui/page/notice.tsx';
import { PageHeader } from '#ui/page/page-header.tsx';
import { paths } from '#ui/page/paths.ts';
import { toastDone, toastFailed } from '#ui/page/toast.tsx';
import { Copyable } from '#ui/values/copyable.tsx';
import classes from './group-header.module.css';
import { GroupMarks } from './group-marks.tsx';
import { type GroupData, groupName } from './group-name.ts';
import { GroupStates } from './group-state.tsx';

/** What was blocked, by which directive, and the button that mutes it. */
export function GroupHeader({ group }: { group: GroupData }) {
  const { mayChange } = useSession();
  return (
    <PageHeader
      title={groupName(group)}
      back={{ href: paths.csp, label: 'CSP reports' }}
      subtitle={
        <span className={classes.facts}>
          <GroupStates dispositions={group.dispositions} />
          <span>{group.directive || 'no directive reported'}</span>
          <Copyable value={group.id} what="group id" />
          <span className={classes.marks}>
            <GroupMarks group={group} />
          </span>
        </span>
      }
      actions={mayChange && <MuteButton group={group} />}
    />
  );
}

/** Mutes or unmutes a group. */
function MuteButton({ group }: { group: GroupData }) {
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
      toastDone(`${groupName(group)} is no longer muted.`);
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
          The overview hides this group, and it causes no alerts. Its reports are still logged, and you can unmute it at
          any time.
        </Text>
        {message && <Notice tone="failure">{message}</Notice>}
        <Textarea
          label="Note"
          description="Optional. Tell others why you muted it."
          placeholder="Comes from the old banner, which we’ll remove in January."
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
