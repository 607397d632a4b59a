'use client';

import { Button } from '@mantine/core';
import { PageHeader } from '#ui/page/page-header.tsx';

export default function ConsoleError({ retry }: { retry: () => void }) {
  return (
    <>
      <PageHeader
        title="This page could not be shown"
        subtitle="The cause is in the console's log; trying again often helps."
      />
      <Button variant="default" onClick={retry}>
        Try again
      </Button>
    </>
  );
}
