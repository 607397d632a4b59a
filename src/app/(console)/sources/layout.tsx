import type { ReactNode } from 'react';
import { SourcesFrame } from '#features/sources/pages/sources-frame.tsx';

export default function SourcesLayout({ children }: { children: ReactNode }) {
  return <SourcesFrame>{children}</SourcesFrame>;
}
