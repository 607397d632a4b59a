import type { Metadata } from 'next';
import { NewEventType } from '#features/event-types/pages/new-event-type.tsx';
import { paths } from '#ui/page/paths.ts';
import { PageData } from '../../../page-data.tsx';

export const metadata: Metadata = { title: 'New event type' };

export default function NewEventTypePage() {
  return (
    <PageData path={paths.newEventType} load={() => Promise.resolve()}>
      <NewEventType />
    </PageData>
  );
}
