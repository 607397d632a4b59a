'use client';

import { Button } from '@mantine/core';
import { Entrance } from '#ui/entrance.tsx';

export default function ErrorPage({ retry }: { retry: () => void }) {
  return (
    <Entrance
      title="Something went wrong"
      lead="The page could not be made. The cause is in the console's log; trying again often helps."
    >
      <div>
        <Button onClick={retry}>Try again</Button>
      </div>
    </Entrance>
  );
}
