'use client';

import { ActionIcon, Button, Group, Menu, Modal, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { IconDots, IconKey, IconMail, IconShieldOff, IconUserMinus } from '@tabler/icons-react';
import { useState } from 'react';
import { api, type Outputs } from '#client/console-api.ts';
import { endedSentence } from '#core/ended.ts';
import { confirmByName } from '#ui/forms/confirm-by-name.tsx';
import { FormActions } from '#ui/forms/form-actions.tsx';
import { OnceModal } from '#ui/forms/once-modal.tsx';
import { useFormSubmit } from '#ui/forms/use-form-submit.ts';
import { failureMessage } from '#ui/page/failure-message.ts';
import { Notice } from '#ui/page/notice.tsx';
import { toastDone, toastFailed } from '#ui/page/toast.tsx';
import { InvitationLink } from './invitation-link.tsx';

type Member = Outputs['members']['list']['items'][number];

/** The actions that an admin has for a member. */
export function MemberActions({ member }: { member: Member }) {
  const { id, name, email, two_factor } = member;
  const [changing, setChanging] = useState(false);
  const cache = api.useUtils();
  const [resetPath, setResetPath] = useState<string>();
  const onError = (error: Parameters<typeof failureMessage>[0]) => toastFailed(failureMessage(error));
  const createLink = api.members.createResetLink.useMutation({
    onSuccess: ({ path }) => setResetPath(path),
    onError,
  });
  const resetTwoFactor = api.members.resetTwoFactor.useMutation({
    onSuccess: async () => {
      await cache.members.list.invalidate();
      toastDone(`${name} signs in without a second factor until they set one up.`);
    },
    onError,
  });
  const remove = api.members.remove.useMutation({
    onSuccess: async ({ ended }) => {
      await Promise.all([
        cache.members.list.invalidate(),
        cache.invitations.list.invalidate(),
        cache.apiKeys.list.invalidate(),
      ]);
      const done = `${name} is no member any more. Look through the API keys that they made.`;
      toastDone([done, endedSentence(ended)].join(' ').trim());
    },
    onError,
  });
  const askToReset = () =>
    confirmByName({
      title: `Switch off the two-factor authentication of ${name}?`,
      consequence:
        'For somebody who has lost their app and their recovery codes. Make sure that it is really them who asks.',
      name: email,
      confirmLabel: 'Switch off',
      onConfirm: () => resetTwoFactor.mutateAsync({ id }),
    });
  const askToRemove = () =>
    confirmByName({
      title: `Remove ${name}?`,
      consequence:
        'Their sessions end at once, and so do the invitations and links that they made. What else they made stays, their API keys too: look through those afterwards.',
      name: email,
      confirmLabel: 'Remove member',
      onConfirm: () => remove.mutateAsync({ id }),
    });
  return (
    <>
      <Menu position="bottom-end" withinPortal>
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" aria-label={`Actions for ${name}`}>
            <IconDots size={18} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<IconKey size={14} />} onClick={() => createLink.mutate({ id })}>
            Link for a new password
          </Menu.Item>
          <Menu.Item leftSection={<IconMail size={14} />} onClick={() => setChanging(true)}>
            Change e-mail
          </Menu.Item>
          {two_factor && (
            <Menu.Item leftSection={<IconShieldOff size={14} />} onClick={askToReset}>
              Switch off two-factor
            </Menu.Item>
          )}
          <Menu.Item color="red" leftSection={<IconUserMinus size={14} />} onClick={askToRemove}>
            Remove
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <OnceModal
        opened={false}
        onClose={() => undefined}
        title={() => `A new password for ${name}`}
        value={resetPath}
        onForget={() => setResetPath(undefined)}
      >
        {(path, dismiss) =>
          path && (
            <Stack gap="md">
              <Notice>
                Send this link to {email}: it works once, for a day. Their second factor stays. The address counts as
                unconfirmed afterwards, since you saw the link.
              </Notice>
              <InvitationLink path={path} />
              <Group justify="flex-end">
                <Button variant="default" onClick={dismiss}>
                  Done
                </Button>
              </Group>
            </Stack>
          )
        }
      </OnceModal>
      <Modal opened={changing} onClose={() => setChanging(false)} title={`Change the e-mail of ${name}`}>
        <ChangeMemberEmail member={member} onClose={() => setChanging(false)} />
      </Modal>
    </>
  );
}

type Props = { member: Outputs['members']['list']['items'][number]; onClose: () => void };

/** Changes the address of a member. It is unconfirmed, because an admin did it. */
function ChangeMemberEmail({ member: { id, name, email: now }, onClose }: Props) {
  const cache = api.useUtils();
  const change = api.members.changeEmail.useMutation();
  const form = useForm({
    initialValues: { email: '' },
    validate: { email: (email) => (email.includes('@') ? null : 'Enter an e-mail address.') },
  });
  const { message, busy, submit } = useFormSubmit(form, async ({ email }) => {
    const { ended } = await change.mutateAsync({ id, email });
    await cache.members.list.invalidate();
    toastDone([`${name} signs in with ${email} from now on.`, endedSentence(ended)].join(' ').trim());
    onClose();
  });
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md">
        {message && <Notice tone="failure">{message}</Notice>}
        <Notice>
          The address is {now} now. A new one is unconfirmed until {name} proves it: make sure that it is theirs.
        </Notice>
        <TextInput label="New e-mail" type="email" autoComplete="off" data-autofocus {...form.getInputProps('email')} />
        <FormActions busy={busy} onCancel={onClose}>
          Change e-mail
        </FormActions>
      </Stack>
    </form>
  );
}
