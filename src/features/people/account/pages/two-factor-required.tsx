'use client';

import { Box } from '@mantine/core';
import { useSession } from '#features/people/auth/pages/use-session.ts';
import { Notice } from '#ui/page/notice.tsx';
import { PageHeader } from '#ui/page/page-header.tsx';
import { Section } from '#ui/page/section.tsx';
import { TwoFactorSection } from './two-factor-section.tsx';

/** The only page for people whose organization requires a second factor that they don't have yet. */
export function TwoFactorRequired() {
  const { organization } = useSession();
  return (
    <>
      <PageHeader title="Two-factor authentication" subtitle="One more step before you can continue." />
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
