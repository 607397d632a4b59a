'use client';

import { Button, Group, Table, Text, VisuallyHidden } from '@mantine/core';
import { api, type Outputs } from '#client/console-api.ts';
import { useNow } from '#ui/clock.tsx';
import { CopyTextButton } from '#ui/copy-button.tsx';
import { failureMessage } from '#ui/failure-message.ts';
import { LoadMore } from '#ui/load-more.tsx';
import { QueryFailure } from '#ui/query-failure.tsx';
import { RelativeTime } from '#ui/relative-time.tsx';
import { ListSkeleton } from '#ui/skeletons.tsx';
import { toastDone, toastFailed } from '#ui/toast.tsx';
import { roleName } from './roles.ts';
import { UnconfirmedAddress } from './unconfirmed-address.tsx';

type Invitation = Outputs['invitations']['list']['items'][number];

/** Who was invited and has not come yet. */
export function InvitationTable() {
  const query = api.invitations.list.useInfiniteQuery({}, { getNextPageParam: (page) => page.next_cursor });
  const invitations = query.data?.pages.flatMap(({ items }) => items);
  if (query.isError) return <QueryFailure query={query} />;
  if (!invitations) return <ListSkeleton rows={1} />;
  if (invitations.length === 0) return <Text>Nobody is invited.</Text>;
  return (
    <>
      <Table aria-label="Invitations">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>E-mail</Table.Th>
            <Table.Th>Role</Table.Th>
            <Table.Th visibleFrom="sm">Expires</Table.Th>
            <Table.Th>
              <VisuallyHidden>Actions</VisuallyHidden>
            </Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {invitations.map((invitation) => (
            <InvitationRow key={invitation.id} invitation={invitation} />
          ))}
        </Table.Tbody>
      </Table>
      <LoadMore query={query} />
    </>
  );
}

function InvitationRow({ invitation: { id, email, role, expires_at, path, account } }: { invitation: Invitation }) {
  const cache = api.useUtils();
  const hasExpired = new Date(expires_at).getTime() <= useNow();
  const revoke = api.invitations.revoke.useMutation({
    onSuccess: async () => {
      await cache.invitations.list.invalidate();
      toastDone('The invitation is revoked: its link lets nobody in.');
    },
    onError: (error) => toastFailed(failureMessage(error)),
  });
  return (
    <Table.Tr>
      <Table.Td style={{ overflowWrap: 'anywhere' }}>
        <div>{email}</div>
        {account === 'unconfirmed' && <UnconfirmedAddress label="Unconfirmed account" />}
      </Table.Td>
      <Table.Td>{roleName(role)}</Table.Td>
      <Table.Td visibleFrom="sm">{hasExpired ? 'expired' : <RelativeTime at={expires_at} />}</Table.Td>
      <Table.Td>
        <Group gap="xs" justify="flex-end">
          {!hasExpired && <CopyTextButton label="Copy link" value={() => `${window.location.origin}${path}`} />}
          <Button
            variant="subtle"
            color="red"
            size="xs"
            loading={revoke.isPending}
            onClick={() => revoke.mutate({ id })}
            aria-label={`Revoke the invitation of ${email}`}
          >
            Revoke
          </Button>
        </Group>
      </Table.Td>
    </Table.Tr>
  );
}
