import { z } from 'zod';
import { actorSchema, nameSchema } from '#features/people/auth/schema.ts';
import { headerListSchema, keptBodyFields } from '#platform/http/header-list.ts';
import { preconditionInput, versionSchema } from '#platform/postgres/field-versions.ts';
import { jsonObject } from '#platform/postgres/json-object.ts';
import { idSchema, timeSchema } from '#platform/trpc/fields.ts';
import { SEND_ERROR_CODES } from './connector-type.ts';
import { type ConnectorTypeName, connectorTypes } from './registry.ts';

const typeNames = connectorTypes.map(({ type }) => type) as [ConnectorTypeName, ...ConnectorTypeName[]];
export const typeNameSchema = z.enum(typeNames, `Must be one of ${typeNames.join(', ')}.`);

export const SEND_SOURCES = ['test', 'agent', 'api', 'alert'] as const;

const sendErrorSchema = z.object({
  code: z.enum(SEND_ERROR_CODES),
  message: z.string(),
  provider_code: z.int().optional().meta({ description: "The provider's own error code, if it has one." }),
  explanation: z.string().optional().meta({ description: 'What that code means.' }),
  next_step: z.string().optional().meta({ description: 'What to do next.' }),
});

/** A refusal by the other side is a result: HTTP 200 from us, `ok: false` inside. */
export const sendResultSchema = z
  .discriminatedUnion('ok', [
    z.object({
      ok: z.literal(true),
      status: z.int(),
      body: z.unknown().meta({
        description:
          'The JSON or text as received, or null if the response had no body. A body that isn’t text becomes {binary: true, media_type, size_bytes, base64, truncated}, with its first 64 KiB.',
      }),
      duration_ms: z.int(),
      send_id: idSchema
        .nullable()
        .meta({ description: 'The id of its entry in the log of sends. Null if the entry could not be written.' }),
    }),
    z.object({
      ok: z.literal(false),
      status: z.int().nullable(),
      body: z.unknown(),
      duration_ms: z.int(),
      error: sendErrorSchema,
      send_id: idSchema.nullable(),
    }),
  ])
  .meta({
    id: 'SendResult',
    description: 'The result of a send. Sends are not retried.',
    examples: [
      {
        ok: true,
        status: 200,
        body: { received: true },
        duration_ms: 12,
        send_id: '0199f0a4-8c1e-7b3a-9d52-1f6a7c0e4b21',
      },
    ],
  });

const lastSendSchema = z.object({
  id: idSchema,
  at: timeSchema,
  ok: z.boolean(),
  status: z.int().nullable(),
  error_code: z.enum(SEND_ERROR_CODES).nullable(),
  duration_ms: z.int(),
});

export const connectorSchema = z
  .object({
    id: idSchema,
    name: z.string(),
    type: z.string().meta({
      description: 'The connector’s type. Later versions may add types.',
      example: 'n8n_webhook',
    }),
    enabled: z.boolean(),
    config: jsonObject().meta({
      description: 'Secrets are masked.',
      example: { webhook_url: 'https://n8n.example.com/••••••' },
    }),
    created_at: timeSchema,
    updated_at: timeSchema,
    version: versionSchema,
    last_send: lastSendSchema.nullable(),
  })
  .meta({ id: 'Connector' });

export const updatedConnectorSchema = connectorSchema
  .extend({
    dropped_secrets: z.array(z.string()).meta({
      description:
        'The secret fields that this change removed because the connector now leads to another scheme, host, or port.',
    }),
  })
  .meta({ id: 'UpdatedConnector' });

const connectorName = nameSchema(100).meta({
  description: 'Unique in the organization.',
  example: 'Sales Slack Webhook',
});
const enabled = z.boolean().meta({ description: 'A disabled connector sends nothing.' });

type CreateOption = z.ZodObject<{
  name: typeof connectorName;
  type: z.ZodLiteral<ConnectorTypeName>;
  config: z.ZodObject;
  enabled: z.ZodDefault<z.ZodBoolean>;
}>;

/** `n8n_webhook` becomes `N8nWebhook`: generated clients name their types so. */
export const typePart = (type: ConnectorTypeName) =>
  type.replaceAll(/(?:^|_)(\w)/g, (_, first: string) => first.toUpperCase());

const createOptions = connectorTypes.map(({ type, name, config }) =>
  z
    .strictObject({
      name: connectorName,
      type: z.literal(type),
      config: config.meta({ id: `${typePart(type)}Config` }),
      enabled: enabled.default(true),
    })
    .meta({ id: `Create${typePart(type)}Connector`, title: name }),
) as unknown as [CreateOption, ...CreateOption[]];

export const createConnectorInput = z
  .discriminatedUnion('type', createOptions, `Must be one of ${typeNames.join(', ')}.`)
  .meta({
    id: 'CreateConnector',
    examples: [
      {
        name: 'Sales Slack Webhook',
        type: 'n8n_webhook',
        config: { webhook_url: 'https://n8n.your-domain.com/webhook/abc123' },
      },
    ],
  });

export const updateConnectorInput = z.strictObject({
  id: idSchema,
  name: connectorName.optional(),
  config: jsonObject('Must be an object with the fields to change.').optional().meta({
    description:
      'The fields to change. A secret that is left out or sent back masked is kept, unless the change leads to another scheme, host, or port. In that case the secret is removed.',
  }),
  enabled: enabled.optional(),
  ...preconditionInput,
});

export const sendSchema = z
  .object({
    id: idSchema,
    at: timeSchema,
    source: z.enum(SEND_SOURCES),
    actor: actorSchema,
    action: z.string(),
    ok: z.boolean(),
    status: z.int().nullable(),
    duration_ms: z.int(),
    error: sendErrorSchema.nullable(),
    request: z
      .object({ method: z.string(), url: z.string(), headers: z.record(z.string(), z.string()), body: z.string() })
      .nullable()
      .meta({ description: 'The request as sent, with secrets masked. Null if nothing was sent.' }),
    response: z
      .object({
        headers: headerListSchema,
        ...keptBodyFields,
      })
      .nullable(),
    provider_id: z.string().nullable().meta({ description: "The provider's id of the message, if it has one." }),
    statuses: z
      .array(
        z.object({
          status: z.string().meta({ example: 'delivered' }),
          at: timeSchema,
          provider_code: z.int().optional(),
          explanation: z.string().optional(),
          next_step: z.string().optional(),
        }),
      )
      .meta({ description: 'The statuses that the provider reported for the message afterward, oldest first.' }),
  })
  .meta({ id: 'Send' });

export const credentialCheckSchema = z
  .object({
    ok: z.boolean(),
    found: z
      .array(z.object({ label: z.string(), value: z.string() }))
      .meta({ description: 'Facts about the account. Empty if the credentials are not accepted.' }),
    error: sendErrorSchema.pick({ message: true, provider_code: true, explanation: true, next_step: true }).nullable(),
    unknown_statuses: z.int().meta({
      description: 'How many status callbacks were about messages that this connector did not send.',
    }),
  })
  .meta({ id: 'CredentialCheck' });
