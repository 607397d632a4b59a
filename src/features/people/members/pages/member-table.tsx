'use client';

import { Select, Text } from '@mantine/core';
import { api, type Outputs } from '#client/console-api.ts';
import { endedSentence } from '#core/ended.ts';
import { useSession } from '#features/people/auth/pages/use-session.ts';
import { type Column, type ListRows, ListTable } from '#ui/lists/list-table.tsx';
import { failureMessage } from '#ui/page/failure-message.ts';
import { StateLabel } from '#ui/page/state-label.tsx';
import { toastDone, toastFailed } from '#ui/page/toast.tsx';
import { LongName } from '#ui/values/long-name.tsx';
import { RelativeTime } from '#ui/values/relative-time.tsx';
import { MemberActions } from './member-actions.tsx';
import { roleName, rolesToGive } from './roles.ts';
import { asksOfUnconfirmed, confirmUnconfirmed, UnconfirmedAddress } from './unconfirmed-address.tsx';

type Member = Outputs['members']['list']['items'][number];

/** Members and their roles, which admins can change in the table. */
export function MemberTable({ list }: { list: ListRows<Member> }) {
  const { user, role: own, mayChange } = useSession();
  const mayTouch = ({ role }: Member) => mayChange && (own === 'owner' || role !== 'owner');
  const columns: Column<Member>[] = [
    {
      title: 'Name',
      render: ({ name, email, user_id, email_confirmed }) => (
        <>
          <Text fw={500} component="div">
            <LongName>{user_id === user.id ? `${name} (you)` : name}</LongName>
          </Text>
          <Text c="dimmed" component="div">
            <LongName>{email}</LongName>
          </Text>
          {!email_confirmed && <UnconfirmedAddress />}
        </>
      ),
    },
    {
      title: 'Role',
      width: 144,
      render: (member) => (mayTouch(member) ? <RoleSelect member={member} /> : roleName(member.role)),
    },
    {
      title: 'Two-factor',
      from: 'sm',
      width: 100,
      render: ({ two_factor }) => (
        <StateLabel tone={two_factor ? 'success' : 'idle'}>{two_factor ? 'On' : 'Off'}</StateLabel>
      ),
    },
    { title: 'Joined', from: 'sm', width: 120, render: ({ created_at }) => <RelativeTime at={created_at} /> },
  ];
  if (mayChange)
    columns.push({
      title: 'Actions',
      isTitleHidden: true,
      width: 64,
      align: 'right',
      render: (member) => mayTouch(member) && member.user_id !== user.id && <MemberActions member={member} />,
    });
  return <ListTable label="Members" list={list} columns={columns} rowHeight={66} />;
}

function RoleSelect({ member: { id, name, role } }: { member: Member }) {
  const { role: own } = useSession();
  const cache = api.useUtils();
  const change = api.members.changeRole.useMutation({
    onSuccess: async ({ ended }, { role: given }) => {
      await Promise.all([
        cache.members.list.invalidate(),
        cache.invitations.list.invalidate(),
        cache.session.get.invalidate(),
      ]);
      toastDone([`${name} is ${roleName(given).toLowerCase()} from now on.`, endedSentence(ended)].join(' ').trim());
    },
    onError: (error, input) => {
      if (asksOfUnconfirmed(error))
        confirmUnconfirmed(error.message, () => change.mutate({ ...input, unconfirmed_ok: true }));
      else toastFailed(failureMessage(error));
    },
  });
  const options = rolesToGive(own);
  return (
    <Select
      aria-label={`Role of ${name}`}
      data={options}
      value={role}
      allowDeselect={false}
      disabled={change.isPending}
      w={120}
      onChange={(value) => {
        const given = options.find((option) => option.value === value);
        if (given && given.value !== role) change.mutate({ id, role: given.value });
      }}
    />
  );
}
