import { z } from 'zod';
import type { ZodOpenApiPathsObject } from 'zod-openapi';
import { BUILT_IN_EVENT_TYPES, type BuiltInEventType } from '#features/event-types/catalogue.ts';
import { idSchema } from '#platform/trpc/fields.ts';

const EXAMPLE_ID = '0199f0a4-8c1e-7b3a-9d52-1f6a7c0e4b21';

const header = (description: string, example: string) => z.string().meta({ description, example });

/** What comes with every delivery (docs/webhooks.md). */
const headers = z.object({
  'webhook-id': header('The id of the event, the same on every attempt: deduplicate by it.', EXAMPLE_ID),
  'webhook-timestamp': header('When this attempt was signed, in seconds since 1970.', '1795685400'),
  'webhook-signature': header(
    '`v1,` and the HMAC-SHA256 of `id.timestamp.body` in base64. During a rotation of the secret, two, separated by a space.',
    'v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=',
  ),
  'X-Honeyframe-Event': header('The event type.', 'dataset.updated'),
  'X-Honeyframe-Delivery': header('The id of the delivery.', EXAMPLE_ID),
  'X-Honeyframe-Attempt': header('The number of the attempt, starting with 1.', '1'),
  'X-Honeyframe-Signature': header(
    'The HMAC-SHA256 of the body in hexadecimal. During a rotation of the secret, two, separated by a comma.',
    '7d38cdd689735b008b3c702edd92eea23791c5f6a7b3e21c0d5b8f4a9e6c1d20',
  ),
  'X-Honeyframe-Replay': header('Only on events that were sent again: `true`.', 'true').optional(),
});

/** `recipe.run.failed` becomes `RecipeRunFailed`. */
const pascal = (name: string) => name.replaceAll(/(?:^|[._])(\w)/g, (_, first: string) => first.toUpperCase());

function operationOf({ name, description, schema, example }: BuiltInEventType) {
  const body = z.looseObject({
    id: idSchema,
    type: z.literal(name),
    timestamp: z.iso.datetime({ precision: 3 }).meta({ description: 'When it occurred: RFC 3339, UTC, milliseconds.' }),
    data: schema,
  });
  return {
    post: {
      operationId: `receive${pascal(name)}`,
      tags: ['Received events'],
      summary: `Receive ${name}`,
      description: `${description} Sent to each webhook that receives events of the type \`${name}\`.`,
      security: [],
      requestParams: { header: headers },
      requestBody: {
        required: true,
        content: {
          'application/json': {
            schema: body,
            example: { id: EXAMPLE_ID, type: name, timestamp: '2026-11-26T09:30:00.000Z', data: example },
          },
        },
      },
      responses: {
        204: { description: 'Received. Any 2xx status within the timeout counts as delivered.' },
        410: { description: 'Not wanted any more: the webhook is disabled.' },
        503: { description: 'Try again later. Any other status is retried too; `Retry-After` moves the next attempt.' },
      },
    },
  } satisfies ZodOpenApiPathsObject[string];
}

/** What receivers implement: an operation for each event type that every organization has (OpenAPI 3.1, section 4.8.1). */
export const receivedEvents: ZodOpenApiPathsObject = Object.fromEntries(
  BUILT_IN_EVENT_TYPES.map((type) => [type.name, operationOf(type)]),
);
