import { z } from 'zod';
import { sendResultSchema } from '#features/connectors/schema.ts';
import { flagInput, idSchema } from '#platform/trpc/fields.ts';
import { pageInput, pageOf } from '#platform/trpc/paging.ts';
import { procedure, router } from '#platform/trpc/procedure.ts';
import { invokeTool } from './invoke-tool.ts';
import { listCallLimits } from './list-call-limits.ts';
import { listCalls } from './list-calls.ts';
import { type AvailableTool, listTools } from './list-tools.ts';
import {
  callLimit,
  callLimitSchema,
  invokeToolInput,
  listToolsInput,
  toolCallSchema,
  toolListSchema,
  toolSchema,
} from './schema.ts';
import { setCallLimit } from './set-call-limit.ts';
import { TOOL_FORMAT_NAMES, TOOL_FORMATS, type ToolFormat } from './tool-formats.ts';
import { inputSchemaOf, outputSchemaOf } from './tool-json-schema.ts';

const tag = 'Tools';
const read = { role: 'member', scope: 'read' } as const;

const toListed = (available: AvailableTool): z.input<typeof toolSchema> => ({
  name: available.tool.name,
  title: available.tool.title,
  description: available.tool.description,
  scope: available.tool.scope,
  connectors: available.connectors,
  input_schema: inputSchemaOf(available),
  output_schema: outputSchemaOf(available),
});

/** The description of a tool in the format of each runtime. */
const inEveryFormat = (available: AvailableTool) =>
  Object.fromEntries(TOOL_FORMAT_NAMES.map((format) => [format, TOOL_FORMATS[format]([available])])) as Record<
    ToolFormat,
    unknown
  >;

export const toolsRouter = router({
  list: procedure
    .meta({
      needs: { role: 'member', scope: 'invoke' },
      rest: {
        method: 'GET',
        path: '/api/tools',
        tag,
        summary: 'List the tools of the organization',
        description:
          'Each connector type with at least one enabled connector is a tool. With `format`, the response has the format of that runtime.',
      },
    })
    .input(listToolsInput.prefault({}))
    .output(toolListSchema)
    .query(async ({ ctx, input: { format } }) => {
      const available = await listTools(ctx.scope);
      return format ? TOOL_FORMATS[format](available) : { items: available.map(toListed), next_cursor: null };
    }),

  invoke: procedure
    .meta({
      needs: { role: 'admin', scope: 'invoke' },
      rest: {
        method: 'POST',
        path: '/api/tools/invoke',
        tag,
        summary: 'Call a tool',
        description:
          'Sends once, without retries. If the other side refuses the request, the result has `ok: false`. Each key has a limit on calls per minute, and can make the same call five times a minute.',
        errors: ['CONFLICT', 'RATE_LIMITED'],
      },
    })
    .input(invokeToolInput)
    .output(sendResultSchema)
    .mutation(({ ctx, input, signal }) => invokeTool(ctx.scope, { ...input, face: ctx.face ?? 'trpc', signal })),

  /** For the Tools page: each tool with its form's type and the JSON of every runtime. */
  inspect: procedure
    .meta({ needs: read })
    .output(
      z.object({
        items: z.array(
          toolSchema.extend({
            connector_type: z.string(),
            formats: z.record(z.enum(TOOL_FORMAT_NAMES), z.unknown()),
          }),
        ),
      }),
    )
    .query(async ({ ctx }) => ({
      items: (await listTools(ctx.scope)).map((available) => ({
        ...toListed(available),
        connector_type: available.tool.connectorType.type,
        formats: inEveryFormat(available),
      })),
    })),

  calls: procedure
    .meta({
      needs: read,
      rest: { method: 'GET', path: '/api/tools/calls', tag, summary: 'List tool calls' },
    })
    .input(
      z.strictObject({ ...pageInput, tool: z.string().max(200).optional(), ok: flagInput.optional() }).prefault({}),
    )
    .output(pageOf(toolCallSchema))
    .query(({ ctx, input }) => listCalls(ctx.scope, input)),

  limits: procedure
    .meta({ needs: { role: 'member', scope: null } })
    .input(z.strictObject(pageInput).prefault({}))
    .output(pageOf(callLimitSchema))
    .query(({ ctx, input }) => listCallLimits(ctx.scope, input)),

  setLimit: procedure
    .meta({ needs: { role: 'admin', scope: null }, fresh: 'always' })
    .input(z.strictObject({ id: idSchema, calls_per_minute: callLimit }))
    .output(callLimitSchema)
    .mutation(({ ctx, input }) => setCallLimit(ctx.scope, input)),
});
