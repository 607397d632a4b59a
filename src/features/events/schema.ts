import { z } from 'zod';
import { isSubject, LONGEST_SUBJECT } from '#core/events/subject.ts';
import { eventTypeName } from '#features/event-types/schema.ts';
import { actorSchema } from '#features/people/auth/schema.ts';
import { jsonObject } from '#platform/postgres/json-object.ts';
import { givenTime, idSchema, timeSchema } from '#platform/trpc/fields.ts';
import { EVENT_ORIGINS } from './publish-events.ts';

/** As one can ask for it, and as a publisher gives it. */
export const subjectField = z
  .string('Must be a string.')
  .refine(isSubject, `Must be 1 to ${LONGEST_SUBJECT} characters without control characters.`)
  .meta({ example: 'run_281649' });

/** Printable, as a header may carry it. */
export const idempotencyKey = z
  .string('Must be a string.')
  .regex(/^[\x21-\x7e]([\x20-\x7e]{0,253}[\x21-\x7e])?$/, 'Must be 1 to 255 printable ASCII characters.')
  .meta({
    description: 'Publishing again with the same key and body returns the first event. Keys are kept for 24 hours.',
  });

export const publishInput = z.strictObject({
  event_type: eventTypeName,
  data: jsonObject('Must be a JSON object.').meta({
    description: 'The event’s data, at most 256 KiB. It is sent exactly as written.',
  }),
  occurred_at: givenTime.optional().meta({ description: 'When it happened. Now if left out.' }),
  subject: subjectField.optional().meta({
    description:
      'What the event is about, such as `run_281649`, at most 128 characters. If left out, it is taken from `data` where the event type has a `subject_pointer`. It is for finding events here, and is not sent.',
  }),
  idempotency_key: idempotencyKey.optional(),
});

export const MOST_EVENTS = 1000;

export const publishBatchInput = z.strictObject({
  events: z
    .array(publishInput, 'Must be a list of events.')
    .min(1, 'Must contain at least one event.')
    .max(MOST_EVENTS, `Must be at most ${MOST_EVENTS} events at once.`),
});

export const publishedSchema = z
  .object({
    id: idSchema,
    deliveries: z.int().meta({ description: 'How many webhooks get the event.' }),
    duplicate: z.boolean().meta({
      description:
        'True if the idempotency key was already used with the same body. The response is then the first event.',
    }),
  })
  .meta({ id: 'Published' });

export const eventSchema = z
  .object({
    id: idSchema,
    event_type: z.string(),
    subject: z.string().nullable().meta({ description: 'What it is about. Null if unknown or erased.' }),
    occurred_at: timeSchema,
    created_at: timeSchema,
    origin: z.enum(EVENT_ORIGINS),
    actor: actorSchema,
    idempotency_key: z.string().nullable(),
    erased_at: timeSchema.nullable(),
    data: z.unknown().meta({ description: 'The data as JSON. Null if it was erased.' }),
    body: z.string().nullable().meta({ description: 'Exactly what receivers are sent. Null if it was erased.' }),
    deliveries: z
      .object({ pending: z.int(), delivered: z.int(), failed: z.int(), cancelled: z.int() })
      .meta({ description: 'How many of its deliveries have which status, counting at most 1,000.' }),
  })
  .meta({ id: 'Event' });
