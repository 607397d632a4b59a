'use client';

import { Select, Table, Text, VisuallyHidden } from '@mantine/core';
import { api, type Outputs } from '#client/console-api.ts';
import { endedSentence } from '#core/ended.ts';
import { useSession } from '#features/people/auth/pages/use-session.ts';
import { type ListRows, ListTable } from '#ui/lists/list-table.tsx';
import { failureMessage } from '#ui/page/failure-message.ts';
import { StateLabel } from '#ui/page/state-label.tsx';
import { toastDone, toastFailed } from '#ui/page/toast.tsx';
import { LongName } from '#ui/values/long-name.tsx';
import { RelativeTime } from '#ui/values/relative-time.tsx';
import { MemberActions } from './member-actions.tsx';
import { roleName, rolesToGive } from './roles.ts';
import { asksOfUnconfirmed, confirmUnconfirmed, UnconfirmedAddress } from './unconfirmed-address.tsx';

type Member = Outputs['members']['list']['items'][number];

/** People and their roles; admins change them in place. */
export function MemberTable({ list }: { list: ListRows<Member> }) {
  const { user, role: own, mayChange } = useSession();
  return (
    <ListTable
      label="Members"
      list={list}
      rowHeight={66}
      head={
        <>
          <Table.Th>Name</Table.Th>
          <Table.Th w={144}>Role</Table.Th>
          <Table.Th visibleFrom="sm" w={100}>
            Two-factor
          </Table.Th>
          <Table.Th visibleFrom="sm" w={120}>
            Joined
          </Table.Th>
          {mayChange && (
            <Table.Th w={64}>
              <VisuallyHidden>Actions</VisuallyHidden>
            </Table.Th>
          )}
        </>
      }
    >
      {(member, place) => {
        const mayTouch = mayChange && (own === 'owner' || member.role !== 'owner');
        return (
          <Table.Tr {...place} key={member.id}>
            <Table.Td>
              <Text fw={500} component="div">
                <LongName>{member.user_id === user.id ? `${member.name} (you)` : member.name}</LongName>
              </Text>
              <Text c="dimmed" component="div">
                <LongName>{member.email}</LongName>
              </Text>
              {!member.email_confirmed && <UnconfirmedAddress />}
            </Table.Td>
            <Table.Td>{mayTouch ? <RoleSelect member={member} /> : roleName(member.role)}</Table.Td>
            <Table.Td visibleFrom="sm">
              <StateLabel tone={member.two_factor ? 'success' : 'idle'}>{member.two_factor ? 'On' : 'Off'}</StateLabel>
            </Table.Td>
            <Table.Td visibleFrom="sm">
              <RelativeTime at={member.created_at} />
            </Table.Td>
            {mayChange && (
              <Table.Td ta="right">
                {mayTouch && member.user_id !== user.id && <MemberActions member={member} />}
              </Table.Td>
            )}
          </Table.Tr>
        );
      }}
    </ListTable>
  );
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
