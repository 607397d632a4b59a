'use client';

import { Button, Group, Text } from '@mantine/core';
import { api, type Outputs } from '#client/console-api.ts';
import { usePagedList } from '#client/use-paged-list.ts';
import { type Column, ListTable } from '#ui/lists/list-table.tsx';
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

/** The open invitations. */
export function InvitationTable() {
  const now = useNow();
  const { client } = api.useUtils();
  const list = usePagedList({
    procedure: api.invitations.list,
    ask: client.invitations.list.query,
    loads: 'on demand',
  });
  const { rows: invitations } = list;
  if (list.error && !invitations) return <QueryFailure query={list} />;
  if (!invitations) return <ListSkeleton rows={1} />;
  if (invitations.length === 0) return <Text>Nobody is invited.</Text>;
  const hasExpired = ({ expires_at }: Invitation) => Date.parse(expires_at) <= now;
  const columns: Column<Invitation>[] = [
    {
      title: 'E-mail',
      render: ({ email, account }) => (
        <>
          <LongName>{email}</LongName>
          {account === 'unconfirmed' && <UnconfirmedAddress label="Unconfirmed account" />}
        </>
      ),
    },
    { title: 'Role', width: 88, render: ({ role }) => roleName(role) },
    {
      title: 'Expires',
      from: 'sm',
      width: 120,
      render: (invitation) => (hasExpired(invitation) ? 'expired' : <RelativeTime at={invitation.expires_at} />),
    },
    {
      title: 'Actions',
      isTitleHidden: true,
      width: { base: 112, xs: 210 },
      render: (invitation) => <InvitationActions invitation={invitation} hasExpired={hasExpired(invitation)} />,
    },
  ];
  return <ListTable label="Invitations" list={list} columns={columns} />;
}

function InvitationActions({ invitation, hasExpired }: { invitation: Invitation; hasExpired: boolean }) {
  const { id, email, path } = invitation;
  const cache = api.useUtils();
  const revoke = api.invitations.revoke.useMutation({
    onSuccess: async () => {
      await cache.invitations.list.invalidate();
      toastDone('The invitation is revoked. Its link no longer works.');
    },
    onError: (error) => toastFailed(failureMessage(error)),
  });
  return (
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
  );
}
