'use client';

import { IconApi, IconBuilding, IconKey, IconPlugConnected } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { paths } from '#ui/paths.ts';
import { AccountMenu } from '#ui/shell/account-menu.tsx';
import { Shell } from '#ui/shell/shell.tsx';
import { signOut } from './sign-out.ts';
import { useSession } from './use-session.ts';
import { useSessionRenewal } from './use-session-renewal.ts';

const DESTINATIONS = [
  { href: paths.connectors, label: 'Connectors', icon: <IconPlugConnected aria-hidden /> },
  { href: paths.apiKeys, label: 'API keys', icon: <IconKey aria-hidden /> },
  { href: paths.organization, label: 'Organization', icon: <IconBuilding aria-hidden /> },
  { href: paths.apiDocs, label: 'API docs', icon: <IconApi aria-hidden />, plain: true },
];

/** The console's frame for the person who is signed in. */
export function ConsoleFrame({ children }: { children: ReactNode }) {
  const { user, organization } = useSession();
  useSessionRenewal();
  return (
    <Shell
      destinations={DESTINATIONS}
      owner={organization.name}
      account={<AccountMenu name={user.name} email={user.email} onSignOut={() => void signOut()} />}
    >
      {children}
    </Shell>
  );
}
