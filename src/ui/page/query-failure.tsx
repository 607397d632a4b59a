'use client';

import { Button } from '@mantine/core';
import { failureMessage, type RefusedCall } from './failure-message.ts';
import { Notice } from './notice.tsx';

/** What a list or a page shows instead of its data when the data did not come. */
export function QueryFailure({ query }: { query: { error: RefusedCall | null; refetch: () => Promise<unknown> } }) {
  if (!query.error) return null;
  return (
    <Notice
      tone="failure"
      action={
        <Button variant="default" size="xs" onClick={() => void query.refetch()}>
          Try again
        </Button>
      }
    >
      {failureMessage(query.error)}
    </Notice>
  );
}
