import { z } from 'zod';
import { flagInput, idSchema, pageInput, pageOf } from '#platform/trpc/paging.ts';
import { assertFresh, mayDo, procedure, router } from '#platform/trpc/procedure.ts';
import { checkCredentials } from './check-credentials.ts';
import { fieldsOf } from './connector-type.ts';
import { createConnector } from './create-connector.ts';
import { deleteConnector } from './delete-connector.ts';
import { getConnector } from './get-connector.ts';
import { listConnectors } from './list-connectors.ts';
import { listSends } from './list-sends.ts';
import { connectorTypes } from './registry.ts';
import {
  connectorSchema,
  createConnectorInput,
  credentialCheckSchema,
  SEND_SOURCES,
  sendResultSchema,
  sendSchema,
  typeNameSchema,
  updateConnectorInput,
  updatedConnectorSchema,
} from './schema.ts';
import { sendThroughConnector } from './send-through-connector.ts';
import { updateConnector } from './update-connector.ts';

const tag = 'Connectors';
const read = { role: 'member', scope: 'read' } as const;
const write = { role: 'admin', scope: 'write' } as const;
/** What no name holds, PostgreSQL would not even read. */
const searchInput = z
  .string()
  .trim()
  .max(100, 'Give at most 100 characters.')
  .refine((text) => !/\p{Cc}/u.test(text), 'Give a part of a name, without control characters.');
const byId = z.strictObject({ id: idSchema });

export const connectorsRouter = router({
  list: procedure
    .meta({ needs: read, rest: { method: 'GET', path: '/api/connectors', tag, summary: 'List connectors' } })
    .input(
      z.strictObject({
        ...pageInput,
        search: searchInput.optional().meta({ description: 'A part of the name.' }),
        type: typeNameSchema.optional(),
        enabled: flagInput.optional(),
      }),
    )
    .output(pageOf(connectorSchema))
    .query(({ ctx, input }) => listConnectors(ctx.scope, input)),

  get: procedure
    .meta({
      needs: read,
      rest: { method: 'GET', path: '/api/connectors/{id}', tag, summary: 'Get a connector', versioned: true },
    })
    .input(byId)
    .output(connectorSchema)
    .query(({ ctx, input }) => getConnector(ctx.scope, input.id)),

  create: procedure
    .meta({
      needs: write,
      rest: {
        method: 'POST',
        path: '/api/connectors',
        status: 201,
        tag,
        summary: 'Create a connector',
        errors: ['CONFLICT'],
      },
    })
    .input(createConnectorInput)
    .output(connectorSchema)
    .mutation(({ ctx, input }) => createConnector(ctx.scope, input)),

  update: procedure
    .meta({
      needs: write,
      fresh: 'for_secrets',
      rest: {
        method: 'PATCH',
        path: '/api/connectors/{id}',
        tag,
        summary: 'Change a connector',
        description:
          'What is left out stays. A secret that is left out, or comes back masked, stays too, unless the scheme, host or port that the connector leads to changes: then it is dropped, and dropped_secrets names it.',
        versioned: true,
      },
    })
    .input(updateConnectorInput)
    .output(updatedConnectorSchema)
    .mutation(({ ctx, input }) => updateConnector(ctx.scope, input, () => assertFresh(ctx.caller))),

  delete: procedure
    .meta({
      needs: write,
      rest: { method: 'DELETE', path: '/api/connectors/{id}', status: 204, tag, summary: 'Delete a connector' },
    })
    .input(byId)
    .output(z.void())
    .mutation(({ ctx, input }) => deleteConnector(ctx.scope, input.id)),

  test: procedure
    .meta({
      needs: write,
      rest: {
        method: 'POST',
        path: '/api/connectors/{id}/test',
        tag,
        summary: 'Send through a connector',
        description:
          "The body is the action's arguments. Sends once, without retry; a refusal by the other side is a result with `ok: false`.",
        body: z.union(connectorTypes.map(({ action }) => action.input)),
        errors: ['CONFLICT'],
      },
    })
    .input(z.looseObject({ id: idSchema }))
    .output(sendResultSchema)
    .mutation(({ ctx, input: { id, ...action } }) => sendThroughConnector(ctx.scope, id, action, 'test')),

  check: procedure
    .meta({
      needs: write,
      rest: {
        method: 'POST',
        path: '/api/connectors/{id}/check',
        tag,
        summary: 'Check the credentials of a connector',
        description: 'Looks at the account that they open, and sends no message. Not for types without an account.',
        errors: ['CONFLICT'],
      },
    })
    .input(byId)
    .output(credentialCheckSchema)
    .mutation(({ ctx, input }) => checkCredentials(ctx.scope, input.id)),

  sends: procedure
    .meta({
      needs: read,
      rest: {
        method: 'GET',
        path: '/api/connectors/{id}/sends',
        tag,
        summary: 'List what a connector sent',
        description: 'Bodies are masked for members, and for keys without the scope `write`.',
      },
    })
    .input(
      z.strictObject({ id: idSchema, ...pageInput, source: z.enum(SEND_SOURCES).optional(), ok: flagInput.optional() }),
    )
    .output(pageOf(sendSchema))
    .query(({ ctx, input }) => listSends(ctx.scope, input, mayDo(ctx.caller, write))),
});

const fieldSchema = z.object({
  name: z.string(),
  label: z.string(),
  help: z.string(),
  placeholder: z.string().optional(),
  kind: z.enum(['text', 'multiline', 'url', 'json']),
  secret: z.boolean(),
  required: z.boolean(),
});

/** What the console makes its forms of. */
export const connectorTypesRouter = router({
  list: procedure
    .meta({ needs: read })
    .output(
      z.object({
        items: z.array(
          z.object({
            type: typeNameSchema,
            name: z.string(),
            description: z.string(),
            takes_alerts: z.boolean(),
            has_credentials: z
              .boolean()
              .meta({ description: 'Whether its credentials can be checked without a send.' }),
            fields: z.array(fieldSchema),
            action: z.object({
              name: z.string(),
              tool: z.string(),
              description: z.string(),
              fields: z.array(fieldSchema),
            }),
          }),
        ),
      }),
    )
    .query(() => ({
      items: connectorTypes.map(({ type, name, description, config, action, ...does }) => ({
        type,
        name,
        description,
        takes_alerts: 'alertArguments' in does,
        has_credentials: 'credentials' in does,
        fields: fieldsOf(config),
        action: {
          name: action.name,
          tool: action.tool,
          description: action.description,
          fields: fieldsOf(action.input),
        },
      })),
    })),
});
