import { z } from 'zod';
import { eventTypeName } from '#features/event-types/schema.ts';
import { filterField, flagField, flagInput, givenTime, idSchema, timeSchema } from '#platform/trpc/fields.ts';
import { pageOf } from '#platform/trpc/paging.ts';
import { attemptSchema } from './attempt-schema.ts';

export const DELIVERY_STATUSES = ['pending', 'delivered', 'failed', 'cancelled'] as const;
export const DELIVERY_ORIGINS = ['event', 'manual', 'test'] as const;

export const deliverySchema = z
  .object({
    id: idSchema,
    webhook_id: idSchema,
    event_id: idSchema,
    event_type: z.string(),
    subject: z.string().nullable().meta({ description: 'What the event is about. Null if unknown or erased.' }),
    webhook_name: z.string().meta({ description: 'The webhook’s description, or else the host of its address.' }),
    target_url: z.string(),
    origin: z.enum(DELIVERY_ORIGINS).meta({ description: 'manual: a retry or a recovery. test: a test event.' }),
    status: z.enum(DELIVERY_STATUSES),
    retrying: z
      .boolean()
      .meta({ description: 'Whether it is pending after a failed attempt, and is tried again at `next_attempt_at`.' }),
    reason: z.string().nullable().meta({
      description:
        'Why it ended without being delivered: expired, gone (410), disabled, deleted, erased, retention, unrecorded (its result could not be stored), or test.',
    }),
    attempt_count: z.int(),
    created_at: timeSchema,
    next_attempt_at: timeSchema.nullable(),
    last_attempt_at: timeSchema.nullable(),
    last_status: z.int().nullable(),
    last_error_code: z.string().nullable(),
    deadline_at: timeSchema
      .nullable()
      .meta({ description: 'No attempt starts after this time. Null while a pause holds the delivery.' }),
    ended_at: timeSchema.nullable(),
  })
  .meta({ id: 'Delivery' });

const MATCHES = ['id', 'idempotency_key', 'subject', 'payload', 'creation', 'attempt'] as const;
export type MatchedBy = (typeof MATCHES)[number];

/** A page of deliveries. */
export const deliveryPage = pageOf(
  deliverySchema
    .extend({
      matched_by: z.enum(MATCHES).nullable().meta({
        description:
          'By what `search`, `payload_contains`, or `around` found it. creation: it was created around that time. attempt: an attempt started then. Null without these filters.',
      }),
    })
    .meta({ id: 'ListedDelivery' }),
).extend({
  searched_back_to: timeSchema.nullable().meta({
    description:
      'Filters that have no index search a limited number of deliveries at a time. If this is a time, everything newer was searched, and `next_cursor` continues from there, even if there are few items or none. Otherwise null.',
  }),
});

const wholeFrom = (least: number, most: number, message: string) =>
  z
    .union(
      [
        z.number(),
        z
          .string()
          .regex(/^\d{1,6}$/, message)
          .transform(Number),
      ],
      message,
    )
    .pipe(z.int(message).min(least, message).max(most, message));

const ATTEMPTS = 'Must be a whole number from 0 to 100,000.';
const MINUTES = 'Must be a whole number from 1 to 1,440.';

/** By what the lists of deliveries can be filtered. Each list has a field for its webhook as well. */
export const deliveryFilterFields = {
  status: z.enum(DELIVERY_STATUSES, `Must be one of ${DELIVERY_STATUSES.join(', ')}.`).optional(),
  retrying: flagInput.optional().meta({
    description: 'True: only pending deliveries that have failed at least once. False: none of these.',
  }),
  event_type: eventTypeName.optional(),
  since: givenTime.optional().meta({ description: 'Only deliveries created at or after this time.' }),
  until: givenTime.optional().meta({ description: 'Only deliveries created before this time.' }),
  around: givenTime.optional().meta({
    description:
      'Only deliveries that were created, or of which an attempt started, around this time. Not together with `search`.',
  }),
  around_minutes: wholeFrom(1, 1440, MINUTES)
    .optional()
    .meta({
      description: 'How many minutes before and after `around`. 10 if left out.',
      override: { type: 'integer', minimum: 1, maximum: 1440, anyOf: undefined },
    }),
  answer: z
    .string('Must be a string.')
    .regex(/^[1-5](\d\d|xx)$/, 'Must be an HTTP status such as 404, or a class such as 5xx.')
    .optional()
    .meta({ description: 'The HTTP status of the last attempt, such as `404`, or a class, such as `5xx`.' }),
  error_code: filterField('an error code', 64)
    .optional()
    .meta({ description: 'The error of the last attempt, such as `timeout` or `dns_error`.' }),
  origin: z.enum(DELIVERY_ORIGINS, `Must be one of ${DELIVERY_ORIGINS.join(', ')}.`).optional(),
  min_attempts: wholeFrom(0, 100_000, ATTEMPTS)
    .optional()
    .meta({
      description: 'Only deliveries with at least so many attempts.',
      override: { type: 'integer', minimum: 0, maximum: 100_000, anyOf: undefined },
    }),
  search: filterField('an id, a key, or a subject', 255).optional().meta({
    description:
      'The id of a delivery or an event, an idempotency key of the last 24 hours, a subject, or how a subject begins.',
  }),
  payload_contains: filterField('a text', 255).optional().meta({
    description: 'A text that the payload contains, in lower or upper case. Searched newest first, in parts.',
  }),
};

const filters = z.object({ ...deliveryFilterFields, webhook_id: idSchema.optional() });
export type DeliveryFilters = z.output<typeof filters>;

export const RETRY_OUTCOMES = [
  'new_delivery',
  'due_now',
  'already_due',
  'already_sent',
  'waits_for_resume',
  'waits_for_earlier',
] as const;
export type RetryOutcome = (typeof RETRY_OUTCOMES)[number];

export const retriedDeliverySchema = deliverySchema
  .extend({
    retry: z.enum(RETRY_OUTCOMES).meta({
      description:
        'What happened. new_delivery: the delivery had ended, and this is a new one of the same event. due_now: the delivery was waiting for its next attempt and is sent now. already_due: it was already due or being sent. already_sent: another retry created it in the last 5 seconds, and it has ended. waits_for_resume: it is sent when the paused webhook is resumed. waits_for_earlier: the webhook is ordered, and earlier deliveries are sent first.',
    }),
  })
  .meta({ id: 'RetriedDelivery' });

export const resentSchema = z
  .object({
    webhook_id: idSchema,
    webhook_name: z.string(),
    delivery_id: idSchema.meta({ description: 'The delivery that is sent, or the newest one if none is.' }),
    retry: z
      .enum(RETRY_OUTCOMES)
      .nullable()
      .meta({ description: 'What happened, as in the response to a retry. Null if nothing is sent.' }),
    message: z.string().nullable().meta({ description: 'Why nothing is sent, such as that the webhook is disabled.' }),
  })
  .meta({ id: 'ResentDelivery' });

export const deliveryDetailSchema = deliverySchema
  .extend({
    body: z.string().nullable().meta({ description: 'Exactly what is sent. Null if it was erased.' }),
    attempts: z.array(attemptSchema).meta({ description: 'Oldest first, at most 100.' }),
  })
  .meta({ id: 'DeliveryDetail' });

export const recoverInput = z
  .strictObject({
    id: idSchema,
    since: givenTime.meta({ description: 'Deliveries created at this time or later.' }),
    until: givenTime.optional().meta({ description: 'Deliveries created before this time. Now if left out.' }),
    statuses: z
      .array(z.enum(['failed', 'cancelled'], 'Must be failed, cancelled, or both.'))
      .min(1, 'Must contain at least one status.')
      .default(['failed', 'cancelled']),
    dry_run: flagField().default(false).meta({ description: 'Only count the deliveries, and change nothing.' }),
  })
  .refine(({ since, until }) => until === undefined || since < until, {
    path: ['until'],
    message: 'Must be after since.',
  });
