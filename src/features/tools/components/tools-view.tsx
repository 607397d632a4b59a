'use client';

import { Tabs } from '@mantine/core';
import { PageHeader } from '#ui/page-header.tsx';
import { useUrlQuery } from '#ui/use-url-query.ts';
import { CallHistory } from './call-history.tsx';
import { CallLimits } from './call-limits.tsx';
import { ToolList } from './tool-list.tsx';

const TABS = ['tools', 'calls', 'limits'];

/** What agents can call: the tools to try, what was called, and how often a key may. */
export function ToolsView({ origin }: { origin: string }) {
  const { params, set } = useUrlQuery();
  const tab = TABS.find((name) => name === params.get('tab')) ?? 'tools';
  return (
    <>
      <PageHeader title="Tools" subtitle="What agents can call, by REST, tRPC and MCP." />
      <Tabs
        value={tab}
        keepMounted={false}
        onChange={(next) => set({ tab: next === 'tools' ? null : next, tool: null, result: null })}
      >
        <Tabs.List mb="xl">
          <Tabs.Tab value="tools">Tools</Tabs.Tab>
          <Tabs.Tab value="calls">Calls</Tabs.Tab>
          <Tabs.Tab value="limits">Limits</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="tools">
          <ToolList origin={origin} />
        </Tabs.Panel>
        <Tabs.Panel value="calls">
          <CallHistory />
        </Tabs.Panel>
        <Tabs.Panel value="limits">
          <CallLimits />
        </Tabs.Panel>
      </Tabs>
    </>
  );
}
