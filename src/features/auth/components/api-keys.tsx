'use client';

import { Button } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconKey, IconPlus } from '@tabler/icons-react';
import { api } from '#client/console-api.ts';
import { usePagedList } from '#client/use-paged-list.ts';
import { EmptyState } from '#ui/empty-state.tsx';
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
  const { client } = api.useUtils();
  const list = usePagedList({
    procedure: api.apiKeys.list,
    ask: client.apiKeys.list.query,
    input: {},
  });
  const { rows: keys } = list;
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
      <QueryFailure query={list} />
      {list.isPending && <ListSkeleton />}
      {isEmpty && (
        <EmptyState icon={<IconKey size={22} />} title="No API keys yet" action={create}>
          A key lets a program do what its scopes allow, in this organization only. Create one and send it as
          “Authorization: Bearer”.
        </EmptyState>
      )}
      {keys && !isEmpty && <ApiKeyTable list={list} mayRevoke={mayChange} />}
      <CreateApiKey opened={creating} onClose={creation.close} />
    </>
  );
}
