'use client';

import { Anchor, Select, Stack, Text } from '@mantine/core';
import Link from 'next/link';
import { useState } from 'react';
import { api } from '#client/console-api.ts';
import { webhookFilters } from '#features/subscriptions/components/webhook-filters.ts';
import { failureMessage } from '#ui/failure-message.ts';
import { Notice } from '#ui/notice.tsx';
import { paths } from '#ui/paths.ts';

/** Says of any webhook why it got this event or did not. */
export function WhyNot({ eventId }: { eventId: string }) {
  const [id, setId] = useState<string | null>(null);
  const list = api.webhooks.list.useInfiniteQuery(webhookFilters(new URLSearchParams()), {
    getNextPageParam: (page) => page.next_cursor,
  });
  const webhooks = list.data?.pages.flatMap(({ items }) => items) ?? [];
  const query = api.webhooks.explain.useQuery({ id: id ?? '', event_id: eventId }, { enabled: id !== null });
  if (list.data && webhooks.length === 0) return <Text>There is no webhook yet.</Text>;
  return (
    <Stack gap="md" maw={640}>
      <Select
        label="Webhook"
        placeholder="Choose a webhook"
        searchable
        data={webhooks.map(({ id: value, description, target_url }) => ({
          value,
          label: description ? `${description} (${new URL(target_url).host})` : target_url,
        }))}
        value={id}
        onChange={setId}
      />
      <div role="status">
        {query.isError && <Notice tone="failure">{failureMessage(query.error)}</Notice>}
        {id && query.data && (
          <Notice tone="info">
            {query.data.message}{' '}
            <Anchor
              component={Link}
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
