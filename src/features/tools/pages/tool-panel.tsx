'use client';

import { Tabs } from '@mantine/core';
import { useConnectorTypes } from '#features/connectors/pages/use-connector-types.ts';
import { ListSkeleton } from '#ui/page/skeletons.tsx';
import { BodyViewer } from '#ui/values/body-viewer.tsx';
import { type InspectedTool, TryTool } from './try-tool.tsx';

const FORMATS = [
  { format: 'openai', label: 'OpenAI' },
  { format: 'anthropic', label: 'Anthropic' },
  { format: 'mcp', label: 'MCP' },
  { format: 'json-schema', label: 'JSON Schema' },
] as const;

/** One tool: a form to try it, and the exact JSON that each runtime takes. */
export function ToolPanel({ tool }: { tool: InspectedTool }) {
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
