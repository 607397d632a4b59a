import { z } from 'zod';
import { flagInput, idSchema } from '#platform/trpc/fields.ts';
import { pageInput, pageOf } from '#platform/trpc/paging.ts';
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
  typePart,
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
  .max(100, 'Must be at most 100 characters.')
  .refine((text) => !/\p{Cc}/u.test(text), 'Must be part of a name, without control characters.');
const byId = z.strictObject({ id: idSchema });

export const connectorsRouter = router({
  list: procedure
    .meta({ needs: read, rest: { method: 'GET', path: '/api/connectors', tag, summary: 'List connectors' } })
    .input(
      z
        .strictObject({
          ...pageInput,
          search: searchInput.optional().meta({ description: 'Part of the name.' }),
          type: typeNameSchema.optional(),
          enabled: flagInput.optional(),
        })
        .prefault({}),
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
          'Fields that are left out keep their values. A secret that is left out or sent back masked is kept too, unless the change leads to another scheme, host, or port. In that case the secret is removed, and `dropped_secrets` names it.',
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
          "The body contains the action's arguments. Sends once, without retries. If the other side refuses the request, the result has `ok: false`.",
        body: z.union(
          connectorTypes.map(({ type, action }) => action.input.meta({ id: `${typePart(type)}Arguments` })),
        ),
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
        description:
          'Reads the account that the credentials belong to, without sending a message. Not available for connector types without an account.',
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
        summary: 'List a connector’s sends',
        description: 'Bodies are masked for members and for keys without the scope `write`.',
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
              .meta({ description: 'Whether its credentials can be checked without sending a message.' }),
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
