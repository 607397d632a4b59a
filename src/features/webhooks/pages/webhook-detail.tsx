'use client';

import { Tabs } from '@mantine/core';
import { api } from '#client/console-api.ts';
import { DeliveryList } from '#features/deliveries/pages/delivery-list.tsx';
import { TestSend } from '#features/deliveries/pages/test-send.tsx';
import { useSession } from '#features/people/auth/pages/use-session.ts';
import { KeptPanel } from '#ui/forms/kept-panel.tsx';
import { NothingHere } from '#ui/lists/nothing-here.tsx';
import { useUrlQuery } from '#ui/lists/use-url-query.ts';
import { PageHeader } from '#ui/page/page-header.tsx';
import { paths } from '#ui/page/paths.ts';
import { QueryFailure } from '#ui/page/query-failure.tsx';
import { PageSkeleton } from '#ui/page/skeletons.tsx';
import { WebhookHeader } from './webhook-header.tsx';
import { WebhookSettings } from './webhook-settings.tsx';

const WATCHING_MS = 15_000;

/** One webhook: its deliveries, a form for test events, and its settings. */
export function WebhookDetail({ id }: { id: string }) {
  const { mayChange } = useSession();
  const { params, set } = useUrlQuery();
  const query = api.webhooks.get.useQuery({ id }, { refetchInterval: WATCHING_MS });
  const webhook = query.data;
  const code = query.error?.data?.contract_code;
  if (code === 'NOT_FOUND' || code === 'VALIDATION') return <NothingHere />;
  if (!webhook && query.isError) {
    return (
      <>
        <PageHeader title="Webhook" back={{ href: paths.webhooks, label: 'Webhooks' }} />
        <QueryFailure query={query} />
      </>
    );
  }
  if (!webhook) return <PageSkeleton />;
  const tabs = ['deliveries', ...(mayChange ? ['test', 'settings'] : [])];
  const tab = tabs.find((name) => name === params.get('tab')) ?? 'deliveries';
  return (
    <>
      <WebhookHeader webhook={webhook} />
      <Tabs value={tab} onChange={(next) => set({ tab: next === 'deliveries' ? null : next })}>
        <Tabs.List mb="xl">
          <Tabs.Tab value="deliveries">Deliveries</Tabs.Tab>
          {mayChange && <Tabs.Tab value="test">Test</Tabs.Tab>}
          {mayChange && <Tabs.Tab value="settings">Settings</Tabs.Tab>}
        </Tabs.List>
        <Tabs.Panel value="deliveries">
          <DeliveryList webhook={webhook} />
        </Tabs.Panel>
        {mayChange && (
          <>
            <Tabs.Panel value="test">
              <TestSend webhook={webhook} />
            </Tabs.Panel>
            <KeptPanel value="settings" current={tab}>
              <WebhookSettings webhook={webhook} />
            </KeptPanel>
          </>
        )}
      </Tabs>
    </>
  );
}
