'use client';

import { Button, Group, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { api, type Outputs } from '#client/console-api.ts';
import { endedSentence } from '#core/ended.ts';
import { Notice } from '#ui/notice.tsx';
import { toastDone } from '#ui/toast.tsx';
import { useFormSubmit } from '#ui/use-form-submit.ts';

type Props = { member: Outputs['members']['list']['items'][number]; onClose: () => void };

/** An admin's doing, since nobody proves the address. */
export function ChangeMemberEmail({ member: { id, name, email: now }, onClose }: Props) {
  const cache = api.useUtils();
  const change = api.members.changeEmail.useMutation();
  const form = useForm({
    initialValues: { email: '' },
    validate: { email: (email) => (email.includes('@') ? null : 'Give an e-mail address.') },
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
        <Group justify="flex-end" gap="sm">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={busy}>
            Change e-mail
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
