'use client';

import { Button, Center } from '@mantine/core';

type Props = { query: { hasNextPage: boolean; isFetchingNextPage: boolean; fetchNextPage: () => Promise<unknown> } };

/** The next page of a keyset list; nothing when the list ends. */
export function LoadMore({ query }: Props) {
  if (!query.hasNextPage) return null;
  return (
    <Center mt="lg">
      <Button variant="default" loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
        Load more
      </Button>
    </Center>
  );
}
