'use client';

import { Button } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconKey, IconPlus } from '@tabler/icons-react';
import { api } from '#client/console-api.ts';
import { EmptyState } from '#ui/empty-state.tsx';
import { LoadMore } from '#ui/load-more.tsx';
import { PageHeader } from '#ui/page-header.tsx';
import { QueryFailure } from '#ui/query-failure.tsx';
import { ListSkeleton } from '#ui/skeletons.tsx';
import { ApiKeyTable } from './api-key-table.tsx';
import { CreateApiKey } from './create-api-key.tsx';
import { useSession } from './use-session.ts';

/** The keys that programs call the API with. */
export function ApiKeys() {
  const { mayChange } = useSession();
  const [creating, creation] = useDisclosure(false);
  const query = api.apiKeys.list.useInfiniteQuery({}, { getNextPageParam: (page) => page.next_cursor });
  const keys = query.data?.pages.flatMap(({ items }) => items);
  const create = mayChange && (
    <Button leftSection={<IconPlus size={16} />} onClick={creation.open}>
      Create key
    </Button>
  );
  const isEmpty = keys?.length === 0;
  return (
    <>
      <PageHeader
        title="API keys"
        subtitle={
          mayChange
            ? 'For programs and agents that call the API.'
            : 'You can look; an admin or owner can create and revoke keys.'
        }
        actions={!isEmpty && create}
      />
      {query.isError && <QueryFailure query={query} />}
      {query.isPending && <ListSkeleton />}
      {isEmpty && (
        <EmptyState icon={<IconKey size={22} />} title="No API keys yet" action={create}>
          A key lets a program do what its scopes allow, in this organization only. Create one and send it as
          “Authorization: Bearer”.
        </EmptyState>
      )}
      {keys && !isEmpty && <ApiKeyTable keys={keys} mayRevoke={mayChange} />}
      <LoadMore query={query} />
      <CreateApiKey opened={creating} onClose={creation.close} />
    </>
  );
}
