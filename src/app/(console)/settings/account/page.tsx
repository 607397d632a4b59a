import type { Metadata } from 'next';
import { AccountSettings } from '#features/people/account/pages/account-settings.tsx';
import { paths } from '#ui/page/paths.ts';
import { PageData } from '../../page-data.tsx';

export const metadata: Metadata = { title: 'Account' };

export default function AccountPage() {
  return (
    <PageData
      path={paths.account}
      load={(api) =>
        Promise.all([api.account.sessions.fetch(), api.account.twoFactor.fetch(), api.signIn.options.fetch()])
      }
    >
      <AccountSettings />
    </PageData>
  );
}
