import type { AvailableTool } from './list-tools.ts';
import { inputSchemaOf, outputSchemaOf } from './tool-json-schema.ts';

/** What a call does beyond answering: it reaches outside, and calling again sends again. */
const ANNOTATIONS = { readOnlyHint: false, destructiveHint: false, idempotentHint: false, openWorldHint: true };

/** How the Model Context Protocol lists a tool. */
export const mcpTool = (available: AvailableTool) => ({
  name: available.tool.name,
  title: available.tool.title,
  description: available.tool.description,
  inputSchema: inputSchemaOf(available) as { type: 'object' },
  outputSchema: outputSchemaOf(available) as { type: 'object' },
  annotations: { title: available.tool.title, ...ANNOTATIONS },
});

/** The list of tools in the shape that each runtime takes as its `tools`. */
export const TOOL_FORMATS = {
  /** OpenAI's Chat Completions, and compatible APIs. */
  openai: (tools: readonly AvailableTool[]) =>
    tools.map((available) => ({
      type: 'function' as const,
      function: {
        name: available.tool.name,
        description: available.tool.description,
        parameters: inputSchemaOf(available),
      },
    })),
  /** Messages of Anthropic. */
  anthropic: (tools: readonly AvailableTool[]) =>
    tools.map((available) => ({
      name: available.tool.name,
      description: available.tool.description,
      input_schema: inputSchemaOf(available),
    })),
  /** The result of `tools/list`. */
  mcp: (tools: readonly AvailableTool[]) => ({ tools: tools.map(mcpTool) }),
  /** A schema for each, called as the tool. */
  'json-schema': (tools: readonly AvailableTool[]) =>
    tools.map((available) => ({
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      title: available.tool.name,
      description: available.tool.description,
      ...inputSchemaOf(available),
    })),
} as const;

export type ToolFormat = keyof typeof TOOL_FORMATS;
export const TOOL_FORMAT_NAMES = Object.keys(TOOL_FORMATS) as [ToolFormat, ...ToolFormat[]];
