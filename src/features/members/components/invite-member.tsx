'use client';

import { Button, Group, Modal, Select, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useState } from 'react';
import { api } from '#client/console-api.ts';
import { useSession } from '#features/auth/components/use-session.ts';
import { Notice } from '#ui/notice.tsx';
import { useFormSubmit } from '#ui/use-form-submit.ts';
import { InvitationLink } from './invitation-link.tsx';
import { type Role, rolesToGive } from './roles.ts';

type Props = { opened: boolean; onClose: () => void };

/** Invites somebody, and shows the link to send them. */
export function InviteMember({ opened, onClose }: Props) {
  return (
    <Modal opened={opened} onClose={onClose} title="Invite somebody">
      <InviteForm onClose={onClose} />
    </Modal>
  );
}

const MAILED = {
  sent: (email: string) => `The link is on its way to ${email}. It works once, for seven days.`,
  failed: (email: string) =>
    `The mail server did not take the mail to ${email}: the application log says why. Send the link yourself.`,
  off: () => 'Send this link to the person: it works once, for seven days, with this e-mail address.',
};

function InviteForm({ onClose }: Pick<Props, 'onClose'>) {
  const { role: own } = useSession();
  const cache = api.useUtils();
  const [made, setMade] = useState<{ path: string; email: string; mail: 'sent' | 'failed' | 'off' }>();
  const create = api.invitations.create.useMutation();
  const form = useForm<{ email: string; role: Role }>({
    initialValues: { email: '', role: 'member' },
    validate: { email: (email) => (email.includes('@') ? null : 'Give an e-mail address.') },
  });
  const { message, busy, submit } = useFormSubmit(form, async (values) => {
    const invitation = await create.mutateAsync(values);
    await cache.invitations.list.invalidate();
    setMade(invitation);
  });
  if (made)
    return (
      <Stack gap="md">
        <Notice tone={made.mail === 'failed' ? 'failure' : 'info'}>{MAILED[made.mail](made.email)}</Notice>
        <InvitationLink path={made.path} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Done
          </Button>
        </Group>
      </Stack>
    );
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md">
        {message && <Notice tone="failure">{message}</Notice>}
        <TextInput label="E-mail" type="email" autoComplete="off" data-autofocus {...form.getInputProps('email')} />
        <Select
          label="Role"
          description="Members look; admins change everything but owners; owners do everything."
          data={rolesToGive(own)}
          allowDeselect={false}
          {...form.getInputProps('role')}
        />
        <Group justify="flex-end" gap="sm">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={busy}>
            Make the link
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
