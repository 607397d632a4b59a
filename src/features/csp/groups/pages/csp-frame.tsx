'use client';

import { usePathname } from 'next/navigation';
import type { ReactNode } from 'react';
import { api } from '#client/console-api.ts';
import { Notice } from '#ui/page/notice.tsx';
import { PageHeader } from '#ui/page/page-header.tsx';
import { PageTabs } from '#ui/page/page-tabs.tsx';
import { paths } from '#ui/page/paths.ts';

const PAGES = [
  { href: paths.csp, label: 'Overview' },
  { href: paths.cspStream, label: 'Stream' },
  { href: paths.cspPolicy, label: 'Policy' },
  { href: paths.cspCoverage, label: 'Coverage' },
  { href: paths.cspNoise, label: 'Noise' },
  { href: paths.cspAlerts, label: 'Alerts' },
  { href: paths.cspSetUp, label: 'Set up' },
];

/** The shared header of the CSP pages. Subpages, such as a group's, have their own. */
export function CspFrame({ children }: { children: ReactNode }) {
  const pathname = usePathname();
  if (!PAGES.some(({ href }) => href === pathname)) return children;
  return (
    <>
      <PageHeader title="CSP reports" subtitle="What browsers blocked on your pages, or would have blocked, and why." />
      <PageTabs label="CSP reports" pages={PAGES} />
      <LogFailure />
      {children}
    </>
  );
}

/** Shown while received reports can't be stored, which no chart or list shows. */
function LogFailure() {
  const { data } = api.csp.logState.useQuery();
  if (!data?.write_error) return null;
  return (
    <Notice tone="failure" title="Reports are being lost">
      {data.write_error} Until this is fixed, reports are received but not stored. A line in the stream will say how
      many were lost.
    </Notice>
  );
}

/** Shown to members of organizations that can't see CSP reports. */
export function CspElsewhere() {
  return (
    <>
      <PageHeader title="CSP reports" />
      <Notice title="Your organization can’t see CSP reports">
        CSP reports don’t say which organization a page belongs to, so they belong to the installation as a whole. Only
        members of its first organization can see them.
      </Notice>
    </>
  );
}
