'use client';

import { Tabs } from '@mantine/core';
import { IconRobot } from '@tabler/icons-react';
import { api } from '#client/console-api.ts';
import { useConnectorTypes } from '#features/connectors/pages/use-connector-types.ts';
import { useSession } from '#features/people/auth/pages/use-session.ts';
import { EmptyState } from '#ui/lists/empty-state.tsx';
import { LinkButton } from '#ui/page/link-button.tsx';
import { paths } from '#ui/page/paths.ts';
import { QueryFailure } from '#ui/page/query-failure.tsx';
import { Section } from '#ui/page/section.tsx';
import { ListSkeleton } from '#ui/page/skeletons.tsx';
import { BodyViewer } from '#ui/values/body-viewer.tsx';
import { Copyable } from '#ui/values/copyable.tsx';
import { Facts } from '#ui/values/facts.tsx';
import { type InspectedTool, TryTool } from './try-tool.tsx';

/** The address at which agents find the tools, and a panel for each tool. */
export function ToolList({ origin }: { origin: string }) {
  const { mayChange } = useSession();
  const query = api.tools.inspect.useQuery();
  const tools = query.data?.items;
  if (query.isLoadingError) return <QueryFailure query={query} />;
  if (!tools) return <ListSkeleton />;
  if (tools.length === 0) {
    return (
      <EmptyState
        icon={<IconRobot size={22} />}
        title="No tools yet"
        action={mayChange && <LinkButton href={paths.newConnector()}>New connector</LinkButton>}
      >
        A tool is there as soon as a connector of its type is made and enabled: agents then send through it.
      </EmptyState>
    );
  }
  return (
    <>
      <Section title="For agents" description="They sign in with an API key that has the scope invoke.">
        <Facts
          items={[
            ['MCP', <Copyable key="mcp" value={`${origin}${paths.mcp}`} what="MCP address" />],
            ['Call', <Copyable key="call" value={`POST ${origin}${paths.toolInvoke}`} what="address of calls" />],
            [
              'List',
              <Copyable key="list" value={`GET ${origin}${paths.toolList}?format=openai`} what="address of the list" />,
            ],
          ]}
        />
      </Section>
      {tools.map((tool) => (
        <Section
          key={tool.name}
          title={tool.title}
          description={
            <>
              <code>{tool.name}</code>
              <p>{tool.description}</p>
            </>
          }
        >
          <ToolPanel tool={tool} />
        </Section>
      ))}
    </>
  );
}

const FORMATS = [
  { format: 'openai', label: 'OpenAI' },
  { format: 'anthropic', label: 'Anthropic' },
  { format: 'mcp', label: 'MCP' },
  { format: 'json-schema', label: 'JSON Schema' },
] as const;

/** A tool's panel: a form to try it, and its definition as JSON for each runtime. */
function ToolPanel({ tool }: { tool: InspectedTool }) {
  const type = useConnectorTypes()?.find(({ type }) => type === tool.connector_type);
  return (
    <Tabs defaultValue="try" keepMounted>
      <Tabs.List mb="lg">
        <Tabs.Tab value="try">Try it</Tabs.Tab>
        {FORMATS.map(({ format, label }) => (
          <Tabs.Tab key={format} value={format}>
            {label}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      <Tabs.Panel value="try">{type ? <TryTool tool={tool} type={type} /> : <ListSkeleton rows={2} />}</Tabs.Panel>
      {FORMATS.map(({ format, label }) => (
        <Tabs.Panel key={format} value={format}>
          <BodyViewer label={`${tool.name} for ${label}`} body={tool.formats[format]} />
        </Tabs.Panel>
      ))}
    </Tabs>
  );
}
