'use client';

import { Button } from '@mantine/core';
import { Notice } from '#ui/notice.tsx';

export default function ConsoleError({ retry }: { retry: () => void }) {
  return (
    <Notice
      tone="failure"
      title="This page could not be shown"
      action={
        <Button variant="default" onClick={retry}>
          Try again
        </Button>
      }
    >
      The cause is in the console's log; trying again often helps.
    </Notice>
  );
}
