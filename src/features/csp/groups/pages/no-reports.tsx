'use client';

import { Button } from '@mantine/core';
import { IconCalendarOff, IconShieldHalf } from '@tabler/icons-react';
import { EmptyState } from '#ui/lists/empty-state.tsx';
import { NoMatch } from '#ui/lists/no-match.tsx';
import { useUrlQuery } from '#ui/lists/use-url-query.ts';
import { LinkButton } from '#ui/page/link-button.tsx';
import { paths } from '#ui/page/paths.ts';
import { isNarrowed, NO_FILTERS } from './csp-filters.ts';

/** Nothing has ever arrived. */
export function NoReports() {
  return (
    <EmptyState
      icon={<IconShieldHalf size={22} />}
      title="No reports yet"
      action={<LinkButton href={paths.cspSetUp}>Set up and test</LinkButton>}
    >
      When a page breaks its content security policy, the visitor’s browser can tell it to this console. The set-up page
      has the headers that ask browsers to, and a test that shows the first reports arrive here.
    </EmptyState>
  );
}

/** Something has arrived, but the time and the filters leave nothing of it. */
export function NothingMatches() {
  const { params, set } = useUrlQuery();
  if (isNarrowed(new URLSearchParams(params)) || params.has('new')) {
    return (
      <NoMatch title="No violation matches" onClear={() => set({ ...NO_FILTERS, new: null })}>
        Look for another part of the text, choose a longer time, or take a filter away.
      </NoMatch>
    );
  }
  return (
    <EmptyState
      icon={<IconCalendarOff size={22} />}
      title="Nothing to see in this time"
      action={
        <Button variant="default" onClick={() => set({ range: '30d', since: null, until: null })}>
          Look at the last 30 days
        </Button>
      }
    >
      No browser reported a violation, or all that came is noise or muted.
    </EmptyState>
  );
}
