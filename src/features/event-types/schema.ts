import { z } from 'zod';
import { isEventType, LONGEST_EVENT_TYPE } from '#core/events/event-pattern.ts';
import { preconditionInput, versionSchema } from '#platform/postgres/field-versions.ts';
import { jsonObject } from '#platform/postgres/json-object.ts';
import { timeSchema } from '#platform/trpc/paging.ts';

export const eventTypeName = z
  .string('Give the name of an event type.')
  .refine(
    isEventType,
    `Give small letters, digits and underscores in two or more parts, such as recipe.run.failed (at most ${LONGEST_EVENT_TYPE} characters).`,
  )
  .meta({ description: 'The name of an event type.', example: 'dataset.updated' });

export const eventTypeSchema = z
  .object({
    name: z.string(),
    description: z.string(),
    built_in: z.boolean(),
    schema: z.unknown().meta({ description: 'A JSON Schema of `data`; null when anything goes.' }),
    example: z.unknown().meta({ description: 'An example of `data`, or null.' }),
    webhooks: z.int().meta({ description: 'How many webhooks it would go to, before their filters.' }),
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
