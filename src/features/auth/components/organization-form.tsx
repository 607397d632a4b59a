'use client';

import { Button, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { api, type Outputs } from '#client/console-api.ts';
import { Notice } from '#ui/notice.tsx';
import { toastDone } from '#ui/toast.tsx';
import { useFormSubmit } from '#ui/use-form-submit.ts';

/** Renames the organization. */
export function OrganizationForm({ organization }: { organization: Outputs['organization']['get'] }) {
  const cache = api.useUtils();
  const update = api.organization.update.useMutation();
  const form = useForm({
    initialValues: { name: organization.name, slug: organization.slug },
    validate: {
      name: (name) => (name.trim() ? null : 'Name is required.'),
      slug: (slug) =>
        /^[a-z0-9]+(-[a-z0-9]+)*$/.test(slug) ? null : 'Use lower-case letters, digits and single hyphens.',
    },
  });
  const { message, busy, submit } = useFormSubmit(form, async (values) => {
    const changed = await update.mutateAsync(values);
    cache.organization.get.setData(undefined, changed);
    await cache.session.get.invalidate();
    form.setInitialValues({ name: changed.name, slug: changed.slug });
    form.reset();
    toastDone('The organization is saved.');
  });

  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="lg" maw={420}>
        {message && <Notice tone="failure">{message}</Notice>}
        <TextInput label="Name" autoComplete="off" {...form.getInputProps('name')} />
        <TextInput
          label="Slug"
          description="Its short name on the command line."
          autoComplete="off"
          spellCheck={false}
          {...form.getInputProps('slug')}
        />
        <div>
          <Button type="submit" loading={busy} disabled={!form.isDirty()}>
            Save
          </Button>
        </div>
      </Stack>
    </form>
  );
}
