import { z } from 'zod';
import { exactOf } from '#core/json/user-json.ts';
import { SEND_ERROR_CODES } from '#features/connectors/connector-type.ts';
import { actorSchema } from '#features/people/auth/schema.ts';
import { jsonObject } from '#platform/postgres/json-object.ts';
import { idSchema, timeSchema, wholeNumberField } from '#platform/trpc/fields.ts';
import { pageOf } from '#platform/trpc/paging.ts';
import { TOOL_FORMAT_NAMES } from './tool-formats.ts';

export const CALL_FACES = ['rest', 'trpc', 'mcp'] as const;

const jsonSchema = jsonObject();

export const toolSchema = z
  .object({
    name: z.string().meta({ example: 'send_to_n8n' }),
    title: z.string(),
    description: z.string().meta({ description: 'For a model.' }),
    scope: z.literal('invoke').meta({ description: 'The scope that an API key needs to call it.' }),
    connectors: z
      .array(z.object({ id: idSchema, name: z.string() }))
      .meta({ description: 'The enabled connectors that the tool can send through.' }),
    input_schema: jsonSchema.meta({ description: 'JSON Schema of the arguments.' }),
    output_schema: jsonSchema.meta({ description: 'JSON Schema of the result.' }),
  })
  .meta({ id: 'Tool' });

const openAiTool = z
  .object({
    type: z.literal('function'),
    function: z
      .object({ name: z.string(), description: z.string(), parameters: jsonSchema })
      .meta({ id: 'OpenAiFunction' }),
  })
  .meta({ id: 'OpenAiTool' });
const anthropicTool = z
  .object({ name: z.string(), description: z.string(), input_schema: jsonSchema })
  .meta({ id: 'AnthropicTool' });
const mcpTools = z
  .object({ tools: z.array(z.looseObject({ name: z.string(), inputSchema: jsonSchema }).meta({ id: 'McpTool' })) })
  .meta({ id: 'McpTools' });

/** The list as it is, or in the format of the requested runtime. */
export const toolListSchema = z
  .union([
    pageOf(toolSchema).meta({ id: 'ToolPage' }),
    mcpTools,
    z.array(openAiTool).meta({ id: 'OpenAiTools' }),
    z.array(anthropicTool).meta({ id: 'AnthropicTools' }),
    z.array(jsonSchema).meta({ id: 'OtherTools' }),
  ])
  .meta({ id: 'Tools', description: 'A page of tools, or the tools in the requested `format`.' });

export const listToolsInput = z.strictObject({
  format: z
    .enum(TOOL_FORMAT_NAMES, `Must be one of ${TOOL_FORMAT_NAMES.join(', ')}, or left out.`)
    .optional()
    .meta({ description: 'The format of an agent runtime. If left out, tools are returned with all their fields.' }),
});

export const invokeToolInput = z
  .strictObject({
    tool: z
      .string('Must be the name of a tool.')
      .max(200, 'Must be the name of a tool.')
      .meta({ example: 'send_to_n8n' }),
    // Anything that isn't an object is passed on, so that the tool reads it or refuses it with its own message.
    arguments: z
      .unknown()
      .overwrite(exactOf)
      .meta({
        type: 'object',
        additionalProperties: {},
        description:
          'The arguments that the tool’s input schema describes. `connector` chooses a connector if there are several. Optional arguments can also be null or empty, numbers can be sent as strings and strings as numbers, and objects as strings of JSON.',
      })
      .default({}),
  })
  .meta({
    id: 'InvokeTool',
    examples: [
      {
        tool: 'send_to_n8n',
        arguments: { message: 'Customer X just signed up', metadata: { customer_id: 42 } },
      },
    ],
  });

export const toolCallSchema = z
  .object({
    id: idSchema,
    at: timeSchema,
    face: z.enum(CALL_FACES),
    actor: actorSchema,
    tool: z.string(),
    arguments: jsonObject().meta({
      description: 'The structure of the arguments. All values except the connector’s name are masked.',
    }),
    ok: z.boolean(),
    error: z
      .object({ code: z.enum([...SEND_ERROR_CODES, 'refused']), message: z.string() })
      .nullable()
      .meta({ description: '`refused` if nothing was sent, because of wrong arguments or too many identical calls.' }),
    duration_ms: z.int(),
    connector: z.object({ id: idSchema, name: z.string() }).nullable(),
    send_id: idSchema.nullable(),
  })
  .meta({ id: 'ToolCall' });

export const callLimit = wholeNumberField(1, 10_000);

export const callLimitSchema = z.object({
  id: idSchema,
  name: z.string(),
  prefix: z.string(),
  calls_per_minute: z.int(),
});
