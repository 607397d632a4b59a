'use client';

import { Button, Group, Text } from '@mantine/core';
import { useState } from 'react';
import { api } from '#client/console-api.ts';
import { QueryFailure } from '#ui/query-failure.tsx';
import { ListSkeleton } from '#ui/skeletons.tsx';
import { StateLabel } from '#ui/state-label.tsx';
import { DisableTwoFactor } from './disable-two-factor.tsx';
import { EnableTwoFactor } from './enable-two-factor.tsx';
import { NewRecoveryCodes } from './new-recovery-codes.tsx';

type Dialog = 'enable' | 'codes' | 'disable';

/** The second factor: whether it is on, and what can be done about it. */
export function TwoFactorSection() {
  const query = api.account.twoFactor.useQuery();
  const [dialog, setDialog] = useState<Dialog>();
  const close = () => setDialog(undefined);
  if (query.isLoadingError) return <QueryFailure query={query} />;
  if (!query.data) return <ListSkeleton rows={1} />;
  const { enabled, recovery_codes_left, has_password } = query.data;
  if (!has_password) return <p>You sign in elsewhere, and give your second factor there.</p>;
  return (
    <>
      {enabled ? (
        <>
          <StateLabel tone="success">On</StateLabel>
          <Text c={recovery_codes_left < 3 ? undefined : 'dimmed'}>
            {recovery_codes_left} of 10 recovery codes are left
            {recovery_codes_left < 3 ? ': make new ones soon.' : '.'}
          </Text>
          <Group gap="sm" mt="md">
            <Button variant="default" onClick={() => setDialog('codes')}>
              New recovery codes
            </Button>
            <Button variant="subtle" color="red" onClick={() => setDialog('disable')}>
              Switch off
            </Button>
          </Group>
        </>
      ) : (
        <>
          <StateLabel tone="idle">Off</StateLabel>
          <Group mt="md">
            <Button onClick={() => setDialog('enable')}>Set up</Button>
          </Group>
        </>
      )}
      <EnableTwoFactor opened={dialog === 'enable'} onClose={close} />
      <NewRecoveryCodes opened={dialog === 'codes'} onClose={close} />
      <DisableTwoFactor opened={dialog === 'disable'} onClose={close} />
    </>
  );
}
