'use client';

import { IconPlus, IconWebhook } from '@tabler/icons-react';
import { useSearchParams } from 'next/navigation';
import { api } from '#client/console-api.ts';
import { usePagedList } from '#client/use-paged-list.ts';
import { useSession } from '#features/people/auth/pages/use-session.ts';
import { EmptyState } from '#ui/lists/empty-state.tsx';
import type { ListFilter } from '#ui/lists/filter-bar.tsx';
import { FilteredList } from '#ui/lists/filtered-list.tsx';
import { LinkButton } from '#ui/page/link-button.tsx';
import { PageHeader } from '#ui/page/page-header.tsx';
import { paths } from '#ui/page/paths.ts';
import { webhookFilters } from './webhook-filters.ts';
import { WebhookTable } from './webhook-table.tsx';

const WATCHING_MS = 15_000;

const STATE_FILTER: ListFilter = {
  param: 'status',
  label: 'State',
  all: 'Any state',
  options: [
    { value: 'active', label: 'Active' },
    { value: 'paused', label: 'Paused' },
    { value: 'disabled', label: 'Disabled' },
  ],
};

/** All webhooks of the organization, with what needs attention first. */
export function WebhookList() {
  const { mayChange } = useSession();
  const { order, ...filters } = webhookFilters(new URLSearchParams(useSearchParams()));
  const { client } = api.useUtils();
  const list = usePagedList({
    procedure: api.webhooks.list,
    ask: client.webhooks.list.query,
    input: { order },
    filters,
    refetchInterval: WATCHING_MS,
  });
  const newWebhook = (
    <LinkButton href={paths.newWebhook} leftSection={<IconPlus size={16} />}>
      New webhook
    </LinkButton>
  );
  return (
    <>
      <PageHeader
        title="Webhooks"
        subtitle="Endpoints that receive your events, with their delivery health."
        actions={mayChange && !list.isEmpty && newWebhook}
      />
      <FilteredList
        list={list}
        search="Search webhooks"
        filters={[STATE_FILTER]}
        empty={
          <EmptyState icon={<IconWebhook size={22} />} title="No webhooks yet" action={mayChange && newWebhook}>
            {mayChange
              ? 'Subscribe a receiver of yours to events: each is sent to it, signed, and tried again for 24 hours until it answers.'
              : 'An admin or owner subscribes receivers to events; you see here how their deliveries go.'}
          </EmptyState>
        }
        noMatch={{
          title: 'No webhook matches',
          hint: 'Take a filter away, or search for another part of the address.',
        }}
      >
        <WebhookTable list={list} />
      </FilteredList>
    </>
  );
}
