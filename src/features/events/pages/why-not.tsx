'use client';

import { Anchor, Select, Stack, Text } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData } from '@tanstack/react-query';
import { useState } from 'react';
import { api, type Outputs } from '#client/console-api.ts';
import { webhookFilters } from '#features/webhooks/pages/webhook-filters.ts';
import { failureMessage } from '#ui/page/failure-message.ts';
import { IntentLink } from '#ui/page/intent-link.tsx';
import { Notice } from '#ui/page/notice.tsx';
import { paths } from '#ui/page/paths.ts';

type Webhook = Outputs['webhooks']['list']['items'][number];

const labelOf = ({ description, target_url }: Pick<Webhook, 'description' | 'target_url'>) =>
  description ? `${description} (${new URL(target_url).host})` : target_url;

/** Says of any webhook why it got this event or did not. */
export function WhyNot({ eventId }: { eventId: string }) {
  const [chosen, setChosen] = useState<Webhook>();
  const [search, setSearch] = useState('');
  // The field also shows the chosen webhook.
  const [asked] = useDebouncedValue(chosen && search === labelOf(chosen) ? '' : search.trim(), 250);
  const list = api.webhooks.list.useInfiniteQuery(webhookFilters(new URLSearchParams(asked ? { search: asked } : {})), {
    getNextPageParam: (page) => page.next_cursor,
    placeholderData: keepPreviousData,
  });
  const found = list.data?.pages.flatMap(({ items }) => items) ?? [];
  const webhooks = chosen && !found.some((one) => one.id === chosen.id) ? [chosen, ...found] : found;
  const id = chosen?.id ?? null;
  const query = api.webhooks.explain.useQuery({ id: id ?? '', event_id: eventId }, { enabled: id !== null });
  if (list.data && webhooks.length === 0 && !search) return <Text>There is no webhook yet.</Text>;
  return (
    <Stack gap="md" maw={640}>
      <Select
        label="Webhook"
        placeholder="Choose a webhook"
        searchable
        searchValue={search}
        onSearchChange={setSearch}
        // The server searches all of them; the list holds as many as it gives at once.
        filter={({ options }) => options}
        nothingFoundMessage="No webhook with this in its description or address."
        data={webhooks.map((webhook) => ({ value: webhook.id, label: labelOf(webhook) }))}
        value={id}
        onChange={(value) => setChosen(webhooks.find((webhook) => webhook.id === value))}
      />
      <div role="status">
        {query.isError && <Notice tone="failure">{failureMessage(query.error)}</Notice>}
        {id && query.data && (
          <Notice tone="info">
            {query.data.message}{' '}
            <Anchor
              component={IntentLink}
              underline="always"
              href={query.data.delivery_id ? paths.delivery(query.data.delivery_id) : paths.webhook(id, 'settings')}
            >
              {query.data.delivery_id ? 'See the delivery' : 'See the webhook'}
            </Anchor>
          </Notice>
        )}
      </div>
    </Stack>
  );
}
