import { z } from 'zod';
import { isEventType, LONGEST_EVENT_TYPE } from '#core/event-pattern.ts';
import { actorSchema } from '#features/auth/schema.ts';
import { preconditionInput, versionSchema } from '#platform/field-versions.ts';
import { jsonObject } from '#platform/json-object.ts';
import { givenTime, idSchema, timeSchema } from '#platform/paging.ts';
import { EVENT_ORIGINS } from './publish-events.ts';

export const eventTypeName = z
  .string('Give the name of an event type.')
  .refine(
    isEventType,
    `Give small letters, digits and underscores in two or more parts, such as recipe.run.failed (at most ${LONGEST_EVENT_TYPE} characters).`,
  )
  .meta({ description: 'The name of an event type.', example: 'dataset.updated' });

/** Printable, as a header may carry it. */
export const idempotencyKey = z
  .string('Must be a string.')
  .regex(/^[\x21-\x7e]([\x20-\x7e]{0,253}[\x21-\x7e])?$/, 'Give 1 to 255 printable ASCII characters.')
  .meta({ description: 'Publishing with the same key and body again answers the first event. Kept for 24 hours.' });

export const publishInput = z.strictObject({
  event_type: eventTypeName,
  data: jsonObject('Give a JSON object.').meta({
    description: 'What the event is about: at most 256 KiB, sent as it is written.',
  }),
  occurred_at: givenTime.optional().meta({ description: 'When it happened; now when left out.' }),
  idempotency_key: idempotencyKey.optional(),
});

export const MOST_EVENTS = 1000;

export const publishBatchInput = z.strictObject({
  events: z
    .array(publishInput, 'Give a list of events.')
    .min(1, 'Give at least one event.')
    .max(MOST_EVENTS, `Give at most ${MOST_EVENTS} events at once.`),
});

export const publishedSchema = z
  .object({
    id: idSchema,
    deliveries: z.int().meta({ description: 'To how many webhooks it goes.' }),
    duplicate: z
      .boolean()
      .meta({ description: 'The idempotency key was used before with the same body: this is that event.' }),
  })
  .meta({ id: 'Published' });

export const eventSchema = z
  .object({
    id: idSchema,
    event_type: z.string(),
    occurred_at: timeSchema,
    created_at: timeSchema,
    origin: z.enum(EVENT_ORIGINS),
    actor: actorSchema,
    idempotency_key: z.string().nullable(),
    erased_at: timeSchema.nullable(),
    data: z.unknown().meta({ description: 'As JSON; null when it is erased.' }),
    body: z
      .string()
      .nullable()
      .meta({ description: 'What receivers are sent, to the letter; null when it is erased.' }),
    deliveries: z
      .object({ pending: z.int(), delivered: z.int(), failed: z.int(), cancelled: z.int() })
      .meta({ description: 'How its deliveries stand, of at most 1,000.' }),
  })
  .meta({ id: 'Event' });

export const eventTypeSchema = z
  .object({
    name: z.string(),
    description: z.string(),
    built_in: z.boolean(),
    schema: z.unknown().meta({ description: 'A JSON Schema of `data`; null when anything goes.' }),
    example: z.unknown().meta({ description: 'An example of `data`, or null.' }),
    subscriptions: z.int().meta({ description: 'How many webhooks it would go to, before their filters.' }),
    updated_at: timeSchema.nullable(),
    version: versionSchema.nullable(),
  })
  .meta({ id: 'EventType' });

const description = z.string('Must be a string.').trim().max(1000, 'Give at most 1,000 characters.');
const schema = jsonObject('Give the JSON Schema as a JSON object.')
  .nullish()
  .meta({ description: 'A JSON Schema (draft 2020-12) that `data` must fulfil; anything goes when it is null.' });
const example = jsonObject('Give the example as a JSON object.')
  .nullish()
  .meta({ description: 'An example of `data`, for test sends.' });

/** All of it: what is left out is empty. */
export const putEventTypeInput = z.strictObject({
  name: eventTypeName,
  description: description.default(''),
  schema,
  example,
});

/** What is left out stays. */
export const updateEventTypeInput = z.strictObject({
  name: eventTypeName,
  description: description.optional(),
  schema,
  example,
  ...preconditionInput,
});
