'use client';

import { Button } from '@mantine/core';
import { api } from '#client/console-api.ts';
import { useSession } from '#features/auth/components/use-session.ts';
import { confirmByName } from '#ui/confirm-by-name.tsx';
import { failureMessage } from '#ui/failure-message.ts';
import { leaveFor } from '#ui/leave-for.ts';
import { paths } from '#ui/paths.ts';
import { toastFailed } from '#ui/toast.tsx';

/** Takes oneself out, once the organization's name is typed. */
export function LeaveOrganization() {
  const { organization } = useSession();
  const leave = api.members.leave.useMutation({
    onSuccess: () => leaveFor(paths.signIn()),
    onError: (error) => toastFailed(failureMessage(error)),
  });
  const ask = () =>
    confirmByName({
      title: `Leave ${organization.name}?`,
      consequence: 'An admin or owner would have to invite you again.',
      name: organization.name,
      confirmLabel: 'Leave organization',
      onConfirm: () => leave.mutateAsync(),
    });
  return (
    <Button variant="outline" color="red" onClick={ask}>
      Leave organization
    </Button>
  );
}
