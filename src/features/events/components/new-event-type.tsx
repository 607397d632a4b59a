'use client';

import { useSession } from '#features/auth/components/use-session.ts';
import { Notice } from '#ui/notice.tsx';
import { PageHeader } from '#ui/page-header.tsx';
import { paths } from '#ui/paths.ts';
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
