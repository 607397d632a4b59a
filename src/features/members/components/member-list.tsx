'use client';

import { Button } from '@mantine/core';
import { IconUserPlus } from '@tabler/icons-react';
import { useState } from 'react';
import { api } from '#client/console-api.ts';
import { usePagedList } from '#client/use-paged-list.ts';
import { useSession } from '#features/auth/components/use-session.ts';
import { PageHeader } from '#ui/page-header.tsx';
import { QueryFailure } from '#ui/query-failure.tsx';
import { Section } from '#ui/section.tsx';
import { ListSkeleton } from '#ui/skeletons.tsx';
import { InvitationTable } from './invitation-table.tsx';
import { InviteMember } from './invite-member.tsx';
import { LeaveOrganization } from './leave-organization.tsx';
import { MemberTable } from './member-table.tsx';

/** The people of the organization, and who is invited. */
export function MemberList() {
  const { mayChange } = useSession();
  const [inviting, setInviting] = useState(false);
  const { client } = api.useUtils();
  const list = usePagedList({
    procedure: api.members.list,
    ask: client.members.list.query,
    input: {},
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
