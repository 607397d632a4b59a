'use client';

import { Button } from '@mantine/core';
import { Entrance } from '#ui/page/entrance.tsx';

export default function ErrorPage({ retry }: { retry: () => void }) {
  return (
    <Entrance
      title="Something went wrong"
      lead="This page couldn’t be loaded. Try again. If that doesn’t help, look for the cause in the console’s log."
    >
      <div>
        <Button onClick={retry}>Try again</Button>
      </div>
    </Entrance>
  );
}
