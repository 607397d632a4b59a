'use client';

import { Button, Group, Skeleton, Stack, Switch, TextInput } from '@mantine/core';
import type { ReactNode } from 'react';
import { api, type Outputs } from '#client/console-api.ts';
import { useSession } from '#features/people/auth/pages/use-session.ts';
import { EditConflict, EditOutdated, savedSentence } from '#ui/forms/edit-conflict.tsx';
import { changedOf, useEditForm } from '#ui/forms/use-edit-form.ts';
import { failureMessage } from '#ui/page/failure-message.ts';
import { LinkButton } from '#ui/page/link-button.tsx';
import { Notice } from '#ui/page/notice.tsx';
import { PageHeader } from '#ui/page/page-header.tsx';
import { paths } from '#ui/page/paths.ts';
import { QueryFailure } from '#ui/page/query-failure.tsx';
import { Section } from '#ui/page/section.tsx';
import { toastDone, toastFailed } from '#ui/page/toast.tsx';
import { Facts } from '#ui/values/facts.tsx';

/** The organization's name, policy, and members. `children` are the sections of other slices. */
export function OrganizationSettings({ children }: { children: ReactNode }) {
  const { mayChange } = useSession();
  const query = api.organization.get.useQuery();
  return (
    <>
      <PageHeader title="Organization" subtitle="Connectors, keys and people belong to it." />
      <Section title="General" description={mayChange ? undefined : 'Only an admin or owner can change them.'}>
        {query.isError && <QueryFailure query={query} />}
        {query.isPending && <Skeleton height={222} maw={420} />}
        {query.data &&
          (mayChange ? (
            <OrganizationForm organization={query.data} />
          ) : (
            <Facts
              items={[
                ['Name', query.data.name],
                ['Slug', query.data.slug],
              ]}
            />
          ))}
      </Section>
      {query.data && (
        <Section title="Policy" description="What the organization asks of its people.">
          <OrganizationPolicy organization={query.data} />
        </Section>
      )}
      <Section title="Members" description="Members look; admins change everything but owners; owners do everything.">
        <LinkButton href={paths.members} variant="default">
          See the members
        </LinkButton>
      </Section>
      {children}
    </>
  );
}

/** The organization's policy, which only owners can change. */
function OrganizationPolicy({ organization }: { organization: Outputs['organization']['get'] }) {
  const { role } = useSession();
  const cache = api.useUtils();
  const update = api.organization.update.useMutation({
    onSuccess: (changed) => {
      cache.organization.get.setData(undefined, changed);
      toastDone(`Two-factor authentication is ${changed.require_two_factor ? 'required' : 'everybody’s own choice'}.`);
    },
    onError: (error) => toastFailed(failureMessage(error)),
  });
  return (
    <Switch
      label="Require two-factor authentication"
      description={
        role === 'owner'
          ? 'People who sign in with a password must set it up before they can do anything else.'
          : 'Only an owner can change this.'
      }
      checked={organization.require_two_factor}
      disabled={role !== 'owner' || update.isPending}
      onChange={(event) => update.mutate({ require_two_factor: event.currentTarget.checked })}
    />
  );
}

type Organization = Outputs['organization']['get'];

const LABELS = { name: 'Name', slug: 'Slug' };
const valuesOf = ({ name, slug }: Organization) => ({ name, slug });

/** Renames the organization. */
function OrganizationForm({ organization }: { organization: Organization }) {
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
