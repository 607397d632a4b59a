import { z } from 'zod';
import { exactOf } from '#core/json/user-json.ts';
import { SEND_ERROR_CODES } from '#features/connectors/connector-type.ts';
import { actorSchema } from '#features/people/auth/schema.ts';
import { jsonObject } from '#platform/postgres/json-object.ts';
import { idSchema, pageOf, timeSchema } from '#platform/trpc/paging.ts';
import { TOOL_FORMAT_NAMES } from './tool-formats.ts';

export const CALL_FACES = ['rest', 'trpc', 'mcp'] as const;

const jsonSchema = jsonObject();

export const toolSchema = z
  .object({
    name: z.string().meta({ example: 'send_to_n8n' }),
    title: z.string(),
    description: z.string().meta({ description: 'For a model.' }),
    scope: z.literal('invoke').meta({ description: 'What an API key needs to call it.' }),
    connectors: z
      .array(z.object({ id: idSchema, name: z.string() }))
      .meta({ description: 'The enabled connectors that it can send through.' }),
    input_schema: jsonSchema.meta({ description: 'JSON Schema of the arguments.' }),
    output_schema: jsonSchema.meta({ description: 'JSON Schema of the result.' }),
  })
  .meta({ id: 'Tool' });

const openAiTool = z.object({
  type: z.literal('function'),
  function: z.object({ name: z.string(), description: z.string(), parameters: jsonSchema }),
});
const anthropicTool = z.object({ name: z.string(), description: z.string(), input_schema: jsonSchema });
const mcpTools = z.object({ tools: z.array(z.looseObject({ name: z.string(), inputSchema: jsonSchema })) });

/** The list as it is, or in the shape of the runtime that was asked for. */
export const toolListSchema = z
  .union([pageOf(toolSchema), mcpTools, z.array(openAiTool), z.array(anthropicTool), z.array(jsonSchema)])
  .meta({ id: 'Tools', description: 'A page of tools, or what `format` asks for.' });

export const listToolsInput = z.strictObject({
  format: z
    .enum(TOOL_FORMAT_NAMES, `Give one of ${TOOL_FORMAT_NAMES.join(', ')}, or leave it out.`)
    .optional()
    .meta({ description: 'The shape that a runtime takes as its tools; left out for the whole of it.' }),
});

export const invokeToolInput = z
  .strictObject({
    tool: z.string('Give the name of a tool.').max(200, 'Give the name of a tool.').meta({ example: 'send_to_n8n' }),
    // What is no object is the tool's to read, or to refuse in words of its own.
    arguments: z
      .unknown()
      .overwrite(exactOf)
      .meta({
        type: 'object',
        additionalProperties: {},
        description:
          'As the tool’s input schema says; `connector` chooses one where there are several. Optional arguments may also be null or empty, numbers may come as strings and the reverse, and objects as strings of JSON.',
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
    arguments: jsonObject().meta({ description: 'Their shape; every value but the connector’s name is masked.' }),
    ok: z.boolean(),
    error: z
      .object({ code: z.enum([...SEND_ERROR_CODES, 'refused']), message: z.string() })
      .nullable()
      .meta({ description: '`refused` when nothing was tried: wrong arguments, or the same call too often.' }),
    duration_ms: z.int(),
    connector: z.object({ id: idSchema, name: z.string() }).nullable(),
    send_id: idSchema.nullable(),
  })
  .meta({ id: 'ToolCall' });

const LIMIT = 'Give a whole number from 1 to 10,000.';
export const callLimit = z.int(LIMIT).min(1, LIMIT).max(10_000, LIMIT);

export const callLimitSchema = z.object({
  id: idSchema,
  name: z.string(),
  prefix: z.string(),
  calls_per_minute: z.int(),
});
