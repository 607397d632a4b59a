import type { ReactNode } from 'react';
import { EventsFrame } from '#features/events/pages/events-frame.tsx';

export default function EventsLayout({ children }: { children: ReactNode }) {
  return <EventsFrame>{children}</EventsFrame>;
}
