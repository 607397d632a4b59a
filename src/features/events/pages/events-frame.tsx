'use client';

import { IconSend } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useSession } from '#features/people/auth/pages/use-session.ts';
import { LinkButton } from '#ui/page/link-button.tsx';
import { PageHeader } from '#ui/page/page-header.tsx';
import { PageTabs } from '#ui/page/page-tabs.tsx';
import { paths } from '#ui/page/paths.ts';

const PAGES = [
  { href: paths.events, label: 'Recent events' },
  { href: paths.eventTypes, label: 'Event types' },
];

/** The head that the list of events and the catalogue share. */
export function EventsFrame({ children }: { children: ReactNode }) {
  const { mayChange } = useSession();
  return (
    <>
      <PageHeader
        title="Events"
        subtitle="What was published, and what can be."
        actions={
          mayChange && (
            <LinkButton href={paths.newEvent()} leftSection={<IconSend size={16} />}>
              Publish an event
            </LinkButton>
          )
        }
      />
      <PageTabs label="Events" pages={PAGES} />
      {children}
    </>
  );
}
