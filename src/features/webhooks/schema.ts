import { z } from 'zod';
import { compileFilter } from '#core/events/event-filter.ts';
import { isEventPattern, isEventType } from '#core/events/event-pattern.ts';
import { customHeaderFault } from '#core/http/custom-header.ts';
import { holdsHugeNumber } from '#core/json/exact-number.ts';
import { writeJson } from '#core/json/user-json.ts';
import { preconditionInput, versionSchema } from '#platform/postgres/field-versions.ts';
import { jsonObject, textsByName } from '#platform/postgres/json-object.ts';
import { flagField, idSchema, textField, timeSchema, wholeNumberField } from '#platform/trpc/fields.ts';

export const WEBHOOK_STATUSES = ['active', 'paused', 'disabled'] as const;
export const WEBHOOK_ORDERS = ['newest', 'attention'] as const;
export const HEALTHS = ['ok', 'failing'] as const;
export const DISABLED_REASONS = ['gone', 'failing'] as const;
export const PROBLEMS = ['secrets_unreadable'] as const;
export type WebhookProblem = (typeof PROBLEMS)[number];
export type DisabledReason = (typeof DISABLED_REASONS)[number];

const nameOrPattern = z
  .string('Must be the name of an event type, or a pattern such as recipe.*.')
  .refine(
    (text) => isEventType(text) || isEventPattern(text),
    'Must be the name of an event type such as recipe.run.failed, or a pattern such as recipe.* or *.',
  );
const MOST_TYPES = 50;

const eventType = z
  .union(
    [
      nameOrPattern.transform((one) => [one]),
      z
        .array(nameOrPattern)
        .min(1, 'Must contain at least one event type.')
        .max(MOST_TYPES, `Must be at most ${MOST_TYPES} event types. Use a pattern for more.`)
        .transform((types) => [...new Set(types)]),
    ],
    'Must be the name of an event type, a pattern, or a list of these.',
  )
  .meta({
    description: 'A name, a pattern (`recipe.*`, `*`) or a list of these.',
    example: 'recipe.run.failed',
  });

const targetUrl = z
  .url({ protocol: /^https?$/, error: 'Must be a complete URL, such as https://receiver.example.com/hooks.' })
  .max(2000, 'Must be at most 2,000 characters.')
  .refine((text) => {
    const url = URL.parse(text);
    return url === null || (url.username === '' && url.password === '');
  }, 'Must not contain a user name or password. Use a header instead.')
  .meta({ example: 'https://receiver.example.com/hooks' });

/** The key is the text's UTF-8 bytes, or the bytes that are encoded after `whsec_`. */
const secret = z
  .string('Must be a string.')
  .min(16, 'Must be at least 16 characters.')
  .max(256, 'Must be at most 256 characters.')
  .regex(/^[\x21-\x7e]+$/, 'Must be printable ASCII characters without spaces.')
  .refine(
    (text) => !text.startsWith('whsec_') || isKey(text.slice(6)),
    'Must be 24 to 64 bytes in base64 after whsec_.',
  );

function isKey(base64: string): boolean {
  const key = Buffer.from(base64, 'base64');
  return /^[A-Za-z0-9+/]+={0,2}$/.test(base64) && key.length >= 24 && key.length <= 64;
}

const headers = textsByName('Must be an object of names and values.').superRefine((given, context) => {
  const names = Object.keys(given);
  if (names.length > 20) context.addIssue({ code: 'custom', message: 'Must be at most 20 headers.' });
  for (const [name, value] of Object.entries(given)) {
    const fault =
      names.filter((one) => one.toLowerCase() === name.toLowerCase()).length > 1
        ? 'This header appears twice. Names of headers ignore case.'
        : customHeaderFault(name, value);
    if (fault) context.addIssue({ code: 'custom', path: [name], message: fault });
  }
});

const filter = jsonObject('Must be a JSON object.')
  .superRefine((given, context) => {
    if (holdsHugeNumber(writeJson(given)))
      context.addIssue({
        code: 'custom',
        message: 'It contains a number with more than 1,000 digits. Use a string instead.',
      });
    const compiled = compileFilter(given);
    if (compiled.ok) return;
    for (const { path, message } of compiled.issues) context.addIssue({ code: 'custom', path, message });
  })
  .meta({
    description: 'Conditions that an event’s data must meet. See the guide on filters.',
    example: { status: { in: ['failed', 'cancelled'] } },
  });

const settings = {
  event_type: eventType,
  target_url: targetUrl,
  description: textField(500).trim(),
  filter: filter.nullable(),
  concurrency: wholeNumberField(1, 100).meta({
    description: 'How many requests may be in flight at once.',
  }),
  rate_limit: wholeNumberField(1, 10_000).nullable().meta({
    description:
      'The maximum number of requests that start per second, evenly spaced. In any one second at most this many start, plus a burst of one and 5 % of the limit, rounded down: 2 for a limit of 1, 11 for 10. Null for no limit.',
  }),
  ordered: flagField().meta({
    description:
      'Sends one event at a time, in the order of publication. An event waits until the delivery of the previous one has ended.',
  }),
};

export const createWebhookInput = z
  .strictObject({
    event_type: settings.event_type,
    target_url: settings.target_url,
    secret: secret.optional().meta({ description: 'Generated if left out. Only this response contains it.' }),
    description: settings.description.default(''),
    headers: headers
      .default({})
      .meta({ description: 'Sent with every delivery. Values are stored encrypted and shown masked.' }),
    filter: settings.filter.default(null),
    concurrency: settings.concurrency.default(10),
    rate_limit: settings.rate_limit.default(null),
    ordered: settings.ordered.default(false),
  })
  .meta({
    id: 'CreateWebhook',
    examples: [{ event_type: 'recipe.run.failed', target_url: 'https://receiver.example.com/hooks' }],
  });

export const updateWebhookInput = z.strictObject({
  id: idSchema,
  event_type: settings.event_type.optional(),
  target_url: settings.target_url.optional(),
  description: settings.description.optional(),
  /** Checked after masked values were removed. */
  headers: textsByName('Must be an object of names and values.').optional().meta({
    description:
      'All headers; a header that is left out is removed. A header that is sent back masked keeps its value, unless the scheme, host, or port of `target_url` changes. In that case it is removed, and so are all headers if this field is left out.',
  }),
  filter: settings.filter.optional(),
  concurrency: settings.concurrency.optional(),
  rate_limit: settings.rate_limit.optional(),
  ordered: settings.ordered.optional(),
  ...preconditionInput,
});

export const headersInput = headers;

export const rotateSecretInput = z.strictObject({
  id: idSchema,
  secret: secret.optional().meta({ description: 'Generated if left out.' }),
  overlap_hours: z
    .number('Must be a number of hours from 0 to 168.')
    .min(0, 'Must be a number of hours from 0 to 168.')
    .max(168, 'Must be a number of hours from 0 to 168.')
    .default(24)
    .meta({ description: 'How long requests are signed with the previous secret too.' }),
});

export const webhookSchema = z
  .object({
    id: idSchema,
    event_type: z.array(z.string()),
    target_url: z.string(),
    description: z.string(),
    headers: textsByName('Must be an object.').meta({ description: 'The values are masked.' }),
    filter: jsonObject().nullable(),
    concurrency: z.int(),
    rate_limit: z.int().nullable(),
    ordered: z.boolean(),
    status: z.enum(WEBHOOK_STATUSES),
    health: z
      .enum(HEALTHS)
      .meta({ description: 'failing: five attempts in a row failed. It gets one request at a time as a probe.' }),
    problem: z.enum(PROBLEMS).nullable().meta({
      description:
        'Why nothing can be sent, whatever the receiver does. secrets_unreadable: the console has no key that decrypts the webhook’s signing secret or headers. Start the console with that key, or rotate the secret and send the headers again.',
    }),
    disabled_reason: z.enum(DISABLED_REASONS).nullable(),
    previous_secret_until: timeSchema
      .nullable()
      .meta({ description: 'Until this time, requests are signed with the previous secret too.' }),
    created_at: timeSchema,
    updated_at: timeSchema,
    version: versionSchema,
    paused_at: timeSchema.nullable(),
    disabled_at: timeSchema.nullable(),
    stats: z.object({
      backlog: z.int().meta({ description: 'Pending deliveries. 10,001 stands for more than 10,000.' }),
      oldest_pending_at: timeSchema.nullable(),
      oldest_pending_until: timeSchema.nullable().meta({
        description:
          'While the webhook is paused: when the oldest delivery that it holds will fail, unless it is resumed before.',
      }),
      attempts: z.int().meta({ description: 'Attempts of the last 24 hours, counting at most the last 1,000.' }),
      success_rate: z
        .number()
        .nullable()
        .meta({ description: 'The share of these attempts that succeeded, from 0 to 1.' }),
      p95_ms: z.int().nullable().meta({ description: 'The median duration of these attempts that got a response.' }),
      consecutive_failures: z.int(),
      failing_since: timeSchema.nullable(),
      last_attempt_at: timeSchema.nullable(),
      last_success_at: timeSchema.nullable(),
    }),
  })
  .meta({ id: 'Webhook' });

export const updatedWebhookSchema = webhookSchema
  .extend({
    dropped_secrets: z.array(z.string()).meta({
      description:
        'The headers that this change removed because the scheme, host, or port of `target_url` changed. They were set for another receiver. Send them again if the new one needs them.',
    }),
  })
  .meta({ id: 'UpdatedWebhook' });

export const webhookWithSecretSchema = webhookSchema
  .extend({ secret: z.string().meta({ description: 'Only this response contains it.' }) })
  .meta({ id: 'WebhookWithSecret' });

export const verdictSchema = z
  .object({
    allowed: z.boolean(),
    host: z.string(),
    addresses: z.array(z.object({ address: z.string(), rule: z.string(), allowed: z.boolean() })),
    message: z.string().nullable().meta({ description: 'Why it is refused, and what to do.' }),
  })
  .meta({ id: 'UrlVerdict' });
