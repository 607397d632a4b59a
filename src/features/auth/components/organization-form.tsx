'use client';

import { Button, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { api, type Outputs } from '#client/console-api.ts';
import { Notice } from '#ui/notice.tsx';
import { toastDone } from '#ui/toast.tsx';
import { useFormFailure } from '#ui/use-form-failure.ts';

type Props = { organization: Outputs['organization']['get']; mayChange: boolean };

/** Renames the organization. */
export function OrganizationForm({ organization, mayChange }: Props) {
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
  const failure = useFormFailure(form);

  const submit = form.onSubmit(
    (values) =>
      failure.show(async () => {
        const changed = await update.mutateAsync(values);
        cache.organization.get.setData(undefined, changed);
        await cache.session.get.invalidate();
        form.setInitialValues({ name: changed.name, slug: changed.slug });
        form.reset();
        toastDone('The organization is saved.');
      }),
    (errors) => form.getInputNode(Object.keys(errors)[0] ?? '')?.focus(),
  );

  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="lg" maw={420}>
        {failure.message && <Notice tone="failure">{failure.message}</Notice>}
        <TextInput label="Name" autoComplete="off" disabled={!mayChange} {...form.getInputProps('name')} />
        <TextInput
          label="Slug"
          description="Its short name on the command line."
          autoComplete="off"
          spellCheck={false}
          disabled={!mayChange}
          {...form.getInputProps('slug')}
        />
        {mayChange && (
          <div>
            <Button type="submit" loading={update.isPending} disabled={!form.isDirty()}>
              Save
            </Button>
          </div>
        )}
      </Stack>
    </form>
  );
}
