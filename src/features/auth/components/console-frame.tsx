'use client';

import {
  IconApi,
  IconBroadcast,
  IconBuilding,
  IconDatabaseShare,
  IconKey,
  IconPlugConnected,
  IconRobot,
  IconShieldHalf,
  IconUsers,
  IconWebhook,
} from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import { paths } from '#ui/paths.ts';
import { AccountMenu } from '#ui/shell/account-menu.tsx';
import { Shell } from '#ui/shell/shell.tsx';
import { EndedNotice } from './ended-notice.tsx';
import { NewOrganization } from './new-organization.tsx';
import { OfflineNotice } from './offline-notice.tsx';
import { signOut } from './sign-out.ts';
import { switchOrganization } from './switch-organization.ts';
import { useSession } from './use-session.ts';
import { useSessionRenewal } from './use-session-renewal.ts';

const DESTINATIONS = [
  { href: paths.connectors, label: 'Connectors', icon: <IconPlugConnected aria-hidden /> },
  { href: paths.webhooks, label: 'Webhooks', icon: <IconWebhook aria-hidden /> },
  { href: paths.events, label: 'Events', icon: <IconBroadcast aria-hidden /> },
  { href: paths.tools, label: 'Tools', icon: <IconRobot aria-hidden /> },
  { href: paths.csp, label: 'CSP reports', icon: <IconShieldHalf aria-hidden /> },
  { href: paths.source, label: 'Sources', icon: <IconDatabaseShare aria-hidden /> },
  { href: paths.apiKeys, label: 'API keys', icon: <IconKey aria-hidden /> },
  { href: paths.members, label: 'Members', icon: <IconUsers aria-hidden /> },
  { href: paths.organization, label: 'Organization', icon: <IconBuilding aria-hidden /> },
  { href: paths.apiDocs, label: 'API docs', icon: <IconApi aria-hidden />, plain: true },
];

/** The console's frame for the person who is signed in. */
export function ConsoleFrame({ children }: { children: ReactNode }) {
  const { user, organization, organizations, sees_csp_reports } = useSession();
  const [creating, setCreating] = useState(false);
  useSessionRenewal();
  return (
    <Shell
      destinations={DESTINATIONS.filter(({ href }) => href !== paths.csp || sees_csp_reports)}
      owner={organization.name}
      account={
        <AccountMenu
          name={user.name}
          email={user.email}
          organizations={organizations}
          organization={organization.id}
          onSwitch={(id) => void switchOrganization(id)}
          onNewOrganization={() => setCreating(true)}
          accountHref={paths.account}
          onSignOut={() => void signOut()}
        />
      }
    >
      <EndedNotice />
      <OfflineNotice />
      {children}
      <NewOrganization opened={creating} onClose={() => setCreating(false)} />
    </Shell>
  );
}
