'use client';

import { IconKey } from '@tabler/icons-react';
import { api } from '#client/console-api.ts';
import { useSession } from '#features/auth/components/use-session.ts';
import { EmptyState } from '#ui/empty-state.tsx';
import { LinkButton } from '#ui/link-button.tsx';
import { LoadMore } from '#ui/load-more.tsx';
import { paths } from '#ui/paths.ts';
import { QueryFailure } from '#ui/query-failure.tsx';
import { ListSkeleton } from '#ui/skeletons.tsx';
import { LimitTable } from './limit-table.tsx';

/** How often each key may call tools. */
export function CallLimits() {
  const { mayChange } = useSession();
  const query = api.tools.limits.useInfiniteQuery({}, { getNextPageParam: (page) => page.next_cursor });
  const keys = query.data?.pages.flatMap(({ items }) => items);
  if (keys?.length === 0) {
    return (
      <EmptyState
        icon={<IconKey size={22} />}
        title="No key may call tools"
        action={mayChange && <LinkButton href={paths.apiKeys}>API keys</LinkButton>}
      >
        Create an API key with the scope invoke, and give it to an agent: here is how often it may call.
      </EmptyState>
    );
  }
  return (
    <>
      {query.isError && <QueryFailure query={query} />}
      {query.isPending && <ListSkeleton />}
      {keys && <LimitTable keys={keys} />}
      <LoadMore query={query} />
    </>
  );
}
