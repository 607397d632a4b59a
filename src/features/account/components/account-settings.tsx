'use client';

import { Group, Stack } from '@mantine/core';
import { api } from '#client/console-api.ts';
import { useSession } from '#features/auth/components/use-session.ts';
import { Facts } from '#ui/facts.tsx';
import { PageHeader } from '#ui/page-header.tsx';
import { Section } from '#ui/section.tsx';
import { StateLabel } from '#ui/state-label.tsx';
import { ChangeEmailForm } from './change-email-form.tsx';
import { ChangePasswordForm } from './change-password-form.tsx';
import { ConfirmAddress } from './confirm-address.tsx';
import { OpenSessions } from './open-sessions.tsx';
import { TwoFactorSection } from './two-factor-section.tsx';

/** What belongs to the person who is signed in, in whichever organization. */
export function AccountSettings() {
  const { user } = useSession();
  const { has_password = true } = api.account.twoFactor.useQuery().data ?? {};
  return (
    <>
      <PageHeader title="Account" subtitle="Yours, in every organization that you are in." />
      <Section title="You">
        <Facts
          items={[
            ['Name', user.name],
            [
              'E-mail',
              user.email_confirmed ? (
                user.email
              ) : (
                <Group key="email" gap="xs">
                  {user.email} <StateLabel tone="warning">Unconfirmed</StateLabel>
                </Group>
              ),
            ],
          ]}
        />
      </Section>
      {has_password && (
        <>
          <Section title="E-mail" description="What you sign in with, and where links are sent.">
            <Stack gap="md">
              {!user.email_confirmed && <ConfirmAddress />}
              <ChangeEmailForm />
            </Stack>
          </Section>
          <Section title="Password" description="A new one ends every other session of yours.">
            <ChangePasswordForm />
          </Section>
        </>
      )}
      <Section
        title="Two-factor"
        description="A code from an app, beside the password: who learns the password alone does not get in."
      >
        <TwoFactorSection />
      </Section>
      <Section title="Sessions" description="Where you are signed in.">
        <OpenSessions />
      </Section>
    </>
  );
}
