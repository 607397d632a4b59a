'use client';

import { Button } from '@mantine/core';
import { IconCalendarOff, IconShieldHalf } from '@tabler/icons-react';
import { EmptyState } from '#ui/lists/empty-state.tsx';
import { NoMatch } from '#ui/lists/no-match.tsx';
import { useUrlQuery } from '#ui/lists/use-url-query.ts';
import { LinkButton } from '#ui/page/link-button.tsx';
import { paths } from '#ui/page/paths.ts';
import { isNarrowed, NO_FILTERS } from './csp-filters.ts';

/** Shown when no report has ever arrived. */
export function NoReports() {
  return (
    <EmptyState
      icon={<IconShieldHalf size={22} />}
      title="No reports yet"
      action={<LinkButton href={paths.cspSetUp}>Set up and test</LinkButton>}
    >
      When a page violates its content security policy, the visitor’s browser can report it to this console. The set-up
      page has the headers that ask browsers to, and a test that shows the first reports arrive here.
    </EmptyState>
  );
}

/** Shown when there are reports, but none match the time range and the filters. */
export function NothingMatches() {
  const { params, set } = useUrlQuery();
  if (isNarrowed(new URLSearchParams(params)) || params.has('new')) {
    return (
      <NoMatch title="No violations match" onClear={() => set({ ...NO_FILTERS, new: null })}>
        Search for something else, choose a longer time range, or clear the filters.
      </NoMatch>
    );
  }
  return (
    <EmptyState
      icon={<IconCalendarOff size={22} />}
      title="No violations in this time range"
      action={
        <Button variant="default" onClick={() => set({ range: '30d', since: null, until: null })}>
          Show the last 30 days
        </Button>
      }
    >
      Browsers reported no violations, or everything they reported is noise or muted.
    </EmptyState>
  );
}
