'use client';

import { Button } from '@mantine/core';
import { PageHeader } from '#ui/page/page-header.tsx';

export default function ConsoleError({ retry }: { retry: () => void }) {
  return (
    <>
      <PageHeader
        title="This page could not be shown"
        subtitle="Try again. If that doesn’t help, look for the cause in the console’s log."
      />
      <Button variant="default" onClick={retry}>
        Try again
      </Button>
    </>
  );
}
