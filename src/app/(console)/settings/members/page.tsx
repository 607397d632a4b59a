import type { Metadata } from 'next';
import { MemberList } from '#features/members/components/member-list.tsx';
import { paths } from '#ui/paths.ts';
import { PageData } from '../../page-data.tsx';

export const metadata: Metadata = { title: 'Members' };

export default function MembersPage() {
  return (
    <PageData path={paths.members} load={(api) => api.members.list.fetchInfinite({})}>
      <MemberList />
    </PageData>
  );
}
