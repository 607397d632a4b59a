'use client';

import { Button, Group, Select, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useState } from 'react';
import { api } from '#client/console-api.ts';
import { useSession } from '#features/people/auth/pages/use-session.ts';
import { FormActions } from '#ui/forms/form-actions.tsx';
import { OnceModal } from '#ui/forms/once-modal.tsx';
import { useFormSubmit } from '#ui/forms/use-form-submit.ts';
import type { RefusedCall } from '#ui/page/failure-message.ts';
import { Notice } from '#ui/page/notice.tsx';
import { InvitationLink } from './invitation-link.tsx';
import { type Role, rolesToGive } from './roles.ts';
import { asksOfUnconfirmed } from './unconfirmed-address.tsx';

type Props = { opened: boolean; onClose: () => void };

type Made = { path: string; email: string; mail: 'sent' | 'failed' | 'off' };

/** Invites somebody, and shows the link to send them. */
export function InviteMember({ opened, onClose }: Props) {
  const [made, setMade] = useState<Made>();
  return (
    <OnceModal
      opened={opened}
      onClose={onClose}
      title={() => 'Invite somebody'}
      value={made}
      onForget={() => setMade(undefined)}
    >
      {(invitation, dismiss) =>
        invitation ? (
          <MadeInvitation invitation={invitation} onDone={dismiss} />
        ) : (
          <InviteForm onMade={setMade} onClose={onClose} />
        )
      }
    </OnceModal>
  );
}

const MAILED = {
  sent: (email: string) =>
    `The link is on its way to ${email}. It works once, for seven days, and confirms the address. The link below works, too, but confirms nothing.`,
  failed: (email: string) =>
    `The mail server did not take the mail to ${email}: the application log says why. Send the link yourself.`,
  off: () =>
    'Send this link to the person: it works once, for seven days, with this e-mail address, which stays unconfirmed.',
};

function MadeInvitation({ invitation: { path, email, mail }, onDone }: { invitation: Made; onDone: () => void }) {
  return (
    <Stack gap="md">
      <Notice tone={mail === 'failed' ? 'failure' : 'info'}>{MAILED[mail](email)}</Notice>
      <InvitationLink path={path} />
      <Group justify="flex-end">
        <Button variant="default" onClick={onDone}>
          Done
        </Button>
      </Group>
    </Stack>
  );
}

function InviteForm({ onMade, onClose }: Pick<Props, 'onClose'> & { onMade: (made: Made) => void }) {
  const { role: own } = useSession();
  const cache = api.useUtils();
  const create = api.invitations.create.useMutation();
  const form = useForm<{ email: string; role: Role }>({
    initialValues: { email: '', role: 'member' },
    validate: { email: (email) => (email.includes('@') ? null : 'Enter an e-mail address.') },
  });
  // The unconfirmed address for which the person has confirmed the server's question.
  const [meant, setMeant] = useState<string>();
  const { message, busy, submit } = useFormSubmit(form, async (values) => {
    const asked = { ...values, ...(meant === values.email && { unconfirmed_ok: true }) };
    const invitation = await create.mutateAsync(asked).catch((error: unknown) => {
      if (asksOfUnconfirmed(error as RefusedCall)) setMeant(values.email);
      throw error;
    });
    onMade(invitation);
    void cache.invitations.list.invalidate();
  });
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
        <FormActions busy={busy} onCancel={onClose}>
          {meant === form.values.email ? 'Invite anyway' : 'Make the link'}
        </FormActions>
      </Stack>
    </form>
  );
}
