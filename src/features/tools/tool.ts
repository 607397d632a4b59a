import { z } from 'zod';
import type { ConnectorType } from '#features/connectors/connector-type.ts';
import { connectorTypes } from '#features/connectors/registry.ts';
import { sendResultSchema } from '#features/connectors/schema.ts';

/** Something that an agent can call. REST, tRPC and MCP are faces of one list of these. */
export type Tool = {
  name: string;
  title: string;
  /** For a model. */
  description: string;
  input: z.ZodObject;
  /** The same as JSON Schema. */
  input_schema: Record<string, unknown>;
  output: typeof sendResultSchema;
  /** The scope that an API key needs to call it. */
  scope: 'invoke';
  /** The type whose action it runs. */
  connectorType: ConnectorType;
};

const connector = z
  .string('Must be the name or the id of a connector.')
  .min(1, 'Must be the name or the id of a connector, or left out.')
  .max(200, 'Must be the name or the id of a connector.')
  .optional()
  .meta({ description: 'The name or id of the connector to send through. Needed only if there are several.' });

function toTool(type: ConnectorType): Tool {
  const input = type.action.input.safeExtend({ connector });
  return {
    name: type.action.tool,
    title: type.name,
    description: type.action.description,
    input,
    input_schema: z.toJSONSchema(input, { io: 'input' }),
    output: sendResultSchema,
    scope: 'invoke',
    connectorType: type,
  };
}

/** Every tool that an organization may have. */
export const tools: readonly Tool[] = (connectorTypes as readonly unknown[] as readonly ConnectorType[]).map(toTool);
