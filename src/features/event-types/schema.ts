import { z } from 'zod';
import { isEventType, LONGEST_EVENT_TYPE } from '#core/events/event-pattern.ts';
import { isSubjectPointer } from '#core/events/subject.ts';
import { preconditionInput, versionSchema } from '#platform/postgres/field-versions.ts';
import { jsonObject } from '#platform/postgres/json-object.ts';
import { textField, timeSchema } from '#platform/trpc/fields.ts';

export const eventTypeName = z
  .string('Must be the name of an event type.')
  .refine(
    isEventType,
    `Must be two or more parts of lowercase letters, digits, and underscores, separated by dots, such as recipe.run.failed (at most ${LONGEST_EVENT_TYPE} characters).`,
  )
  .meta({ description: 'The name of an event type.', example: 'dataset.updated' });

export const eventTypeSchema = z
  .object({
    name: z.string(),
    description: z.string(),
    built_in: z.boolean(),
    schema: z.unknown().meta({ description: 'The JSON Schema of `data`. Null if any data is accepted.' }),
    example: z.unknown().meta({ description: 'An example of `data`, or null.' }),
    subject_pointer: z
      .string()
      .nullable()
      .meta({ description: 'A JSON Pointer into `data` to what an event is about, or null.' }),
    webhooks: z.int().meta({ description: 'How many webhooks subscribe to it, not considering their filters.' }),
    updated_at: timeSchema.nullable(),
    version: versionSchema.nullable(),
  })
  .meta({ id: 'EventType' });

const description = textField(1000).trim();
const schema = jsonObject('Must be a JSON Schema as a JSON object.')
  .nullish()
  .meta({ description: 'A JSON Schema (draft 2020-12) that `data` must match. If null, any data is accepted.' });
const example = jsonObject('Must be an example as a JSON object.')
  .nullish()
  .meta({ description: 'An example of `data`, used for test events.' });

const subjectPointer = z
  .string('Must be a string.')
  .max(200, 'Must be at most 200 characters.')
  .refine(isSubjectPointer, 'Must be a JSON Pointer such as /run_id or /order/id.')
  .nullish()
  .meta({
    description:
      'A JSON Pointer (RFC 6901) into `data` to what an event is about, such as `/run_id`. Events that are published from then on can be searched by it.',
    example: '/run_id',
  });

/** All of it: what is left out is empty. */
export const putEventTypeInput = z.strictObject({
  name: eventTypeName,
  description: description.default(''),
  schema,
  example,
  subject_pointer: subjectPointer,
});

/** Fields that are left out keep their values. */
export const updateEventTypeInput = z.strictObject({
  name: eventTypeName,
  description: description.optional(),
  schema,
  example,
  subject_pointer: subjectPointer,
  ...preconditionInput,
});
