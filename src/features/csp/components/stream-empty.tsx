'use client';

import { Button } from '@mantine/core';
import { IconAntenna, IconSearchOff } from '@tabler/icons-react';
import { EmptyState } from '#ui/empty-state.tsx';
import { LinkButton } from '#ui/link-button.tsx';
import { paths } from '#ui/paths.ts';
import { useUrlQuery } from '#ui/use-url-query.ts';
import { NO_STREAM_FILTERS } from './stream-filters.ts';

/** No line is shown: because there is none, or because the filters leave none. */
export function StreamEmpty({ isNarrowed }: { isNarrowed: boolean }) {
  const { set } = useUrlQuery();
  if (isNarrowed) {
    return (
      <EmptyState
        icon={<IconSearchOff size={22} />}
        title="No line matches"
        action={
          <Button variant="default" onClick={() => set(NO_STREAM_FILTERS)}>
            Clear filters
          </Button>
        }
      >
        A new line that matches appears here as it comes.
      </EmptyState>
    );
  }
  return (
    <EmptyState
      icon={<IconAntenna size={22} />}
      title="Listening for the first report"
      action={<LinkButton href={paths.cspSetUp}>Set up and test</LinkButton>}
    >
      Every report of a browser becomes a line of the log stream, and appears here at once. The set-up page has the
      headers that ask browsers to report, and a test that sends the first ones.
    </EmptyState>
  );
}
