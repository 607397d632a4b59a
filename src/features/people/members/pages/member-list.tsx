'use client';

import { Button } from '@mantine/core';
import { IconUserPlus } from '@tabler/icons-react';
import { useState } from 'react';
import { api } from '#client/console-api.ts';
import { usePagedList } from '#client/use-paged-list.ts';
import { useSession } from '#features/people/auth/pages/use-session.ts';
import { confirmByName } from '#ui/forms/confirm-by-name.tsx';
import { failureMessage } from '#ui/page/failure-message.ts';
import { leaveFor } from '#ui/page/leave-for.ts';
import { PageHeader } from '#ui/page/page-header.tsx';
import { paths } from '#ui/page/paths.ts';
import { QueryFailure } from '#ui/page/query-failure.tsx';
import { Section } from '#ui/page/section.tsx';
import { ListSkeleton } from '#ui/page/skeletons.tsx';
import { toastFailed } from '#ui/page/toast.tsx';
import { InvitationTable } from './invitation-table.tsx';
import { InviteMember } from './invite-member.tsx';
import { MemberTable } from './member-table.tsx';

/** The members of the organization and the open invitations. */
export function MemberList() {
  const { mayChange } = useSession();
  const [inviting, setInviting] = useState(false);
  const { client } = api.useUtils();
  const list = usePagedList({
    procedure: api.members.list,
    ask: client.members.list.query,
    loads: 'on demand',
  });
  const { rows: members } = list;
  return (
    <>
      <PageHeader
        title="Members"
        subtitle={
          mayChange
            ? 'Members look; admins change everything but owners; owners do everything.'
            : 'You can look; an admin or owner can invite people and change roles.'
        }
        actions={
          mayChange && (
            <Button leftSection={<IconUserPlus size={16} />} onClick={() => setInviting(true)}>
              Invite
            </Button>
          )
        }
      />
      <Section title="People" description="Who is in, and what they may do.">
        <QueryFailure query={list} />
        {list.isPending && <ListSkeleton rows={2} />}
        {members && <MemberTable list={list} />}
      </Section>
      {mayChange && (
        <Section title="Invitations" description="Links that let somebody in: one use, seven days.">
          <InvitationTable />
        </Section>
      )}
      <Section title="Leave" description="You lose what you see here; what you made stays.">
        <LeaveOrganization />
      </Section>
      <InviteMember opened={inviting} onClose={() => setInviting(false)} />
    </>
  );
}

/** Leaves the organization after the person has typed its name. */
function LeaveOrganization() {
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
