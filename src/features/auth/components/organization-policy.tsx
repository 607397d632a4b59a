'use client';

import { Switch } from '@mantine/core';
import { api, type Outputs } from '#client/console-api.ts';
import { failureMessage } from '#ui/failure-message.ts';
import { toastDone, toastFailed } from '#ui/toast.tsx';
import { useSession } from './use-session.ts';

/** What the organization asks of its people; an owner's to set. */
export function OrganizationPolicy({ organization }: { organization: Outputs['organization']['get'] }) {
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
          ? 'Whoever signs in with a password and has none sets it up before anything else.'
          : 'Only an owner can change this.'
      }
      checked={organization.require_two_factor}
      disabled={role !== 'owner' || update.isPending}
      onChange={(event) => update.mutate({ require_two_factor: event.currentTarget.checked })}
    />
  );
}
