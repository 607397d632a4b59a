import type { Metadata } from 'next';
import { MemberList } from '#features/people/members/pages/member-list.tsx';
import { paths } from '#ui/page/paths.ts';
import { PageData } from '../../page-data.tsx';

export const metadata: Metadata = { title: 'Members' };

export default function MembersPage() {
  return (
    <PageData
      path={paths.members}
      // Invitations are for those who may see them: to a member they are refused, which stops nothing.
      load={(api) => Promise.all([api.members.list.fetch({}), api.invitations.list.prefetch({})])}
    >
      <MemberList />
    </PageData>
  );
}
