'use client';

import { Box } from '@mantine/core';
import { useSession } from '#features/auth/components/use-session.ts';
import { Notice } from '#ui/notice.tsx';
import { PageHeader } from '#ui/page-header.tsx';
import { Section } from '#ui/section.tsx';
import { TwoFactorSection } from './two-factor-section.tsx';

/** All that is open to somebody whose organization requires a second factor that they do not have yet. */
export function TwoFactorRequired() {
  const { organization } = useSession();
  return (
    <>
      <PageHeader title="Two-factor authentication" subtitle="One more step before you can go on." />
      <Box mb="xl">
        <Notice>
          {organization.name} requires it of everybody who signs in with a password. Set it up, and the console opens;
          or choose another organization in the menu of your account.
        </Notice>
      </Box>
      <Section title="Your second factor" description="A code from an app, beside the password.">
        <TwoFactorSection />
      </Section>
    </>
  );
}
