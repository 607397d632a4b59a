'use client';

import { Skeleton } from '@mantine/core';
import type { ReactNode } from 'react';
import { api } from '#client/console-api.ts';
import { Facts } from '#ui/facts.tsx';
import { LinkButton } from '#ui/link-button.tsx';
import { PageHeader } from '#ui/page-header.tsx';
import { paths } from '#ui/paths.ts';
import { QueryFailure } from '#ui/query-failure.tsx';
import { Section } from '#ui/section.tsx';
import { OrganizationForm } from './organization-form.tsx';
import { OrganizationPolicy } from './organization-policy.tsx';
import { useSession } from './use-session.ts';

/** The organization's names, its policy and its people; `children` are the sections of other slices. */
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
