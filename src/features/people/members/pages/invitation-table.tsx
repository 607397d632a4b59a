'use client';

import { Button, Group, Table, Text, VisuallyHidden } from '@mantine/core';
import { api, type Outputs } from '#client/console-api.ts';
import { usePagedList } from '#client/use-paged-list.ts';
import { ListTable, type RowPlace } from '#ui/lists/list-table.tsx';
import { failureMessage } from '#ui/page/failure-message.ts';
import { QueryFailure } from '#ui/page/query-failure.tsx';
import { ListSkeleton } from '#ui/page/skeletons.tsx';
import { toastDone, toastFailed } from '#ui/page/toast.tsx';
import { useNow } from '#ui/values/clock.tsx';
import { CopyTextButton } from '#ui/values/copy-button.tsx';
import { LongName } from '#ui/values/long-name.tsx';
import { RelativeTime } from '#ui/values/relative-time.tsx';
import { roleName } from './roles.ts';
import { UnconfirmedAddress } from './unconfirmed-address.tsx';

type Invitation = Outputs['invitations']['list']['items'][number];

/** Who was invited and has not come yet. */
export function InvitationTable() {
  const { client } = api.useUtils();
  const list = usePagedList({
    procedure: api.invitations.list,
    ask: client.invitations.list.query,
    input: {},
    loads: 'on demand',
  });
  const { rows: invitations } = list;
  if (list.error && !invitations) return <QueryFailure query={list} />;
  if (!invitations) return <ListSkeleton rows={1} />;
  if (invitations.length === 0) return <Text>Nobody is invited.</Text>;
  return (
    <ListTable
      label="Invitations"
      list={list}
      head={
        <>
          <Table.Th>E-mail</Table.Th>
          <Table.Th w={88}>Role</Table.Th>
          <Table.Th visibleFrom="sm" w={120}>
            Expires
          </Table.Th>
          <Table.Th w={{ base: 112, xs: 210 }}>
            <VisuallyHidden>Actions</VisuallyHidden>
          </Table.Th>
        </>
      }
    >
      {(invitation, place) => <InvitationRow key={invitation.id} invitation={invitation} place={place} />}
    </ListTable>
  );
}

function InvitationRow({ invitation, place }: { invitation: Invitation; place: RowPlace }) {
  const { id, email, role, expires_at, path, account } = invitation;
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
    <Table.Tr {...place}>
      <Table.Td>
        <LongName>{email}</LongName>
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
