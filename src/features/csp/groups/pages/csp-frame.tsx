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

/** The header that the pages about CSP reports share. Pages below them, such as a group's, have their own. */
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

/** While reports are received and cannot be kept, which no chart and no list shows. */
function LogFailure() {
  const { data } = api.csp.logState.useQuery();
  if (!data?.write_error) return null;
  return (
    <Notice tone="failure" title="Reports are being lost">
      {data.write_error} Until then, reports are received and not kept; a line in the stream will say how many.
    </Notice>
  );
}

/** For members of an organization that CSP reports do not belong to. */
export function CspElsewhere() {
  return (
    <>
      <PageHeader title="CSP reports" />
      <Notice title="These are not this organization’s to see">
        Browsers do not say which organization a page belongs to, so CSP reports belong to the whole installation:
        members of its first organization see them.
      </Notice>
    </>
  );
}
