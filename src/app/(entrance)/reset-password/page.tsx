import type { Metadata } from 'next';
import { ResetPasswordForm } from '#features/people/passwords/pages/reset-password-form.tsx';
import { Entrance } from '#ui/page/entrance.tsx';
import { Notice } from '#ui/page/notice.tsx';
import { queryOf, type SearchParams } from '../../query-of.ts';

export const metadata: Metadata = { title: 'Choose a new password' };

export default async function ResetPasswordPage({ searchParams }: { searchParams: SearchParams }) {
  const token = (await queryOf(searchParams)).get('token') ?? undefined;
  return (
    <Entrance title="Choose a new password">
      {token ? (
        <ResetPasswordForm token={token} />
      ) : (
        <div>
          <Notice tone="failure">This link has no token. Open the whole reset link, as it was given to you.</Notice>
        </div>
      )}
    </Entrance>
  );
}
