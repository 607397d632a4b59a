'use client';

import { useSession } from '#features/people/auth/pages/use-session.ts';
import { Notice } from '#ui/page/notice.tsx';
import { PageHeader } from '#ui/page/page-header.tsx';
import { paths } from '#ui/page/paths.ts';
import { EventTypeForm } from './event-type-form.tsx';

/** Makes an event type that the platform does not know. */
export function NewEventType() {
  const { mayChange } = useSession();
  return (
    <>
      <PageHeader title="New event type" back={{ href: paths.eventTypes, label: 'Event types' }} />
      {mayChange ? <EventTypeForm /> : <Notice>Only an admin or owner can make event types. Ask one of them.</Notice>}
    </>
  );
}
