'use client';

import type { ReactNode } from 'react';
import { PageHeader } from '#ui/page/page-header.tsx';
import { PageTabs } from '#ui/page/page-tabs.tsx';
import { paths } from '#ui/page/paths.ts';

const PAGES = [
  { href: paths.source, label: 'Change stream' },
  { href: paths.pipelineRuns, label: 'Pipeline runs' },
  { href: paths.auditLog, label: 'Audit log' },
];

/** The common header of the pages under Sources. */
export function SourcesFrame({ children }: { children: ReactNode }) {
  return (
    <>
      <PageHeader
        title="Sources"
        subtitle="What happens on the platform and in this console, and what becomes an event."
      />
      <PageTabs label="Sources" pages={PAGES} />
      {children}
    </>
  );
}
