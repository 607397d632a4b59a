'use client';

import { Button, Group, Modal, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { api } from '#client/console-api.ts';
import { Notice } from '#ui/notice.tsx';
import { useFormSubmit } from '#ui/use-form-submit.ts';
import { switchOrganization } from './switch-organization.ts';

type Props = { opened: boolean; onClose: () => void };

/** Makes a further organization, and goes there. */
export function NewOrganization({ opened, onClose }: Props) {
  return (
    <Modal opened={opened} onClose={onClose} title="New organization">
      <NewOrganizationForm onClose={onClose} />
    </Modal>
  );
}

function NewOrganizationForm({ onClose }: Pick<Props, 'onClose'>) {
  const create = api.organization.create.useMutation();
  const form = useForm({
    initialValues: { name: '' },
    validate: { name: (name) => (name.trim() ? null : 'Give a name.') },
  });
  const { message, busy, submit } = useFormSubmit(form, async (values) => {
    await switchOrganization((await create.mutateAsync(values)).id);
  });
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md">
        {message && <Notice tone="failure">{message}</Notice>}
        <TextInput
          label="Name"
          description="It has connectors, webhooks, keys and people of its own, and begins empty."
          autoComplete="organization"
          data-autofocus
          {...form.getInputProps('name')}
        />
        <Group justify="flex-end" gap="sm">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={busy}>
            Create organization
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
