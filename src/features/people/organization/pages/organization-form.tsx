'use client';

import { Button, Group, Stack, TextInput } from '@mantine/core';
import { api, type Outputs } from '#client/console-api.ts';
import { EditConflict, EditOutdated, savedSentence } from '#ui/forms/edit-conflict.tsx';
import { changedOf, useEditForm } from '#ui/forms/use-edit-form.ts';
import { Notice } from '#ui/page/notice.tsx';
import { toastDone } from '#ui/page/toast.tsx';

type Organization = Outputs['organization']['get'];

const LABELS = { name: 'Name', slug: 'Slug' };
const valuesOf = ({ name, slug }: Organization) => ({ name, slug });

/** Renames the organization. */
export function OrganizationForm({ organization }: { organization: Organization }) {
  const cache = api.useUtils();
  const update = api.organization.update.useMutation();
  const show = (current: Organization) => cache.organization.get.setData(undefined, current);
  const edit = useEditForm<ReturnType<typeof valuesOf>, Organization>({
    thing: organization,
    valuesOf,
    validate: {
      name: (name) => (name.trim() ? null : 'Name is required.'),
      slug: (slug) =>
        /^[a-z0-9]+(-[a-z0-9]+)*$/.test(slug) ? null : 'Use lowercase letters, digits, and single hyphens.',
    },
    save: (values, change) =>
      update.mutateAsync({ ...(change && { ...changedOf(values, change), version: change.version }) }),
    async onSaved(changed, others) {
      show(changed);
      await cache.session.get.invalidate();
      toastDone(savedSentence('Organization saved.', others, LABELS));
    },
    onCurrent: show,
  });
  const { form, message, busy, submit, isChanged } = edit;

  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="lg" maw={420}>
        {message && <Notice tone="failure">{message}</Notice>}
        <EditConflict edit={edit} labels={LABELS} />
        <TextInput label="Name" autoComplete="off" {...form.getInputProps('name')} />
        <TextInput
          label="Slug"
          description="Its short name on the command line."
          autoComplete="off"
          spellCheck={false}
          {...form.getInputProps('slug')}
        />
        <Group gap="md">
          <Button type="submit" loading={busy} disabled={!isChanged}>
            Save
          </Button>
          <EditOutdated edit={edit} />
        </Group>
      </Stack>
    </form>
  );
}
