'use client';

import { useSession } from '#features/auth/components/use-session.ts';
import { Section } from '#ui/section.tsx';
import { DeleteOrganization } from './delete-organization.tsx';

/** The end of the organization, where an owner looks for it. */
export function DeletionSection() {
  const { role } = useSession();
  if (role !== 'owner') return null;
  return (
    <Section title="Delete" description="For good, with everything in it.">
      <DeleteOrganization />
    </Section>
  );
}
