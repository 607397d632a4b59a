'use client';

import { IconPlus, IconWebhook } from '@tabler/icons-react';
import { useSearchParams } from 'next/navigation';
import { api } from '#client/console-api.ts';
import { usePagedList } from '#client/use-paged-list.ts';
import { useSession } from '#features/auth/components/use-session.ts';
import { EmptyState } from '#ui/empty-state.tsx';
import { LinkButton } from '#ui/link-button.tsx';
import { PageHeader } from '#ui/page-header.tsx';
import { paths } from '#ui/paths.ts';
import { QueryFailure } from '#ui/query-failure.tsx';
import { ListSkeleton } from '#ui/skeletons.tsx';
import { webhookFilters } from './webhook-filters.ts';
import { WebhookTable } from './webhook-table.tsx';
import { WebhookToolbar } from './webhook-toolbar.tsx';

const WATCHING_MS = 15_000;

/** All webhooks of the organization, with what needs attention first. */
export function WebhookList() {
  const { mayChange } = useSession();
  const filters = webhookFilters(new URLSearchParams(useSearchParams()));
  const { client } = api.useUtils();
  const list = usePagedList({
    procedure: api.webhooks.list,
    ask: client.webhooks.list.query,
    input: filters,
    refetchInterval: WATCHING_MS,
  });
  const { rows: webhooks } = list;
  const isFiltered = filters.search !== undefined || filters.status !== undefined;
  const isEmpty = webhooks?.length === 0 && !isFiltered;
  const newWebhook = (
    <LinkButton href={paths.newWebhook} leftSection={<IconPlus size={16} />}>
      New webhook
    </LinkButton>
  );
  return (
    <>
      <PageHeader
        title="Webhooks"
        subtitle="Who is told of events, and how that goes."
        actions={mayChange && !isEmpty && newWebhook}
      />
      {isEmpty ? (
        <EmptyState icon={<IconWebhook />} title="Nobody is told of events yet" action={mayChange && newWebhook}>
          {mayChange
            ? 'Subscribe a receiver of yours to events: each is sent to it, signed, and tried again for 24 hours until it answers.'
            : 'An admin or owner subscribes receivers to events; you see here how their deliveries go.'}
        </EmptyState>
      ) : (
        <>
          <WebhookToolbar />
          <QueryFailure query={list} />
          {list.isPending && <ListSkeleton />}
          {webhooks?.length === 0 && (
            <EmptyState icon={<IconWebhook />} title="No webhook matches">
              Take a filter away, or search for another part of the address.
            </EmptyState>
          )}
          {webhooks && webhooks.length > 0 && <WebhookTable list={list} />}
        </>
      )}
    </>
  );
}
