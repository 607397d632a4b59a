import { z } from 'zod';
import { eventTypeName } from '#features/event-types/schema.ts';
import { actorSchema } from '#features/people/auth/schema.ts';
import { jsonObject } from '#platform/postgres/json-object.ts';
import { givenTime, idSchema, timeSchema } from '#platform/trpc/paging.ts';
import { EVENT_ORIGINS } from './publish-events.ts';

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
