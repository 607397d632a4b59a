'use client';

import { IconPlus, IconWebhook } from '@tabler/icons-react';
import { useSearchParams } from 'next/navigation';
import { api } from '#client/console-api.ts';
import { usePagedList } from '#client/use-paged-list.ts';
import { useSession } from '#features/people/auth/pages/use-session.ts';
import { EmptyState } from '#ui/lists/empty-state.tsx';
import { FilterSelect } from '#ui/lists/filter-select.tsx';
import { SearchInput } from '#ui/lists/search-input.tsx';
import { Toolbar } from '#ui/lists/toolbar.tsx';
import { useUrlQuery } from '#ui/lists/use-url-query.ts';
import { LinkButton } from '#ui/page/link-button.tsx';
import { PageHeader } from '#ui/page/page-header.tsx';
import { paths } from '#ui/page/paths.ts';
import { QueryFailure } from '#ui/page/query-failure.tsx';
import { ListSkeleton } from '#ui/page/skeletons.tsx';
import { webhookFilters } from './webhook-filters.ts';
import { WebhookTable } from './webhook-table.tsx';

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

const STATES = [
  { value: 'active', label: 'Active' },
  { value: 'paused', label: 'Paused' },
  { value: 'disabled', label: 'Disabled' },
];

/** Search and state of the list; they live in the page's address. */
function WebhookToolbar() {
  const { params, set } = useUrlQuery();
  return (
    <Toolbar>
      <SearchInput
        label="Search webhooks"
        value={params.get('search') ?? ''}
        onSearch={(text) => set({ search: text })}
      />
      <FilterSelect
        label="State"
        all="Any state"
        options={STATES}
        value={params.get('status')}
        onChange={(status) => set({ status })}
      />
    </Toolbar>
  );
}
