import { z } from 'zod';
import { idSchema, lineField, storableField, timeSchema } from '#platform/trpc/fields.ts';
import { pageInput } from '#platform/trpc/paging.ts';

export const gapSchema = z
  .object({
    id: idSchema,
    table: z.string(),
    cause: z.enum(['slot_lost', 'not_published', 'replaced', 'refused']).meta({
      description:
        '`slot_lost`: the slot was lost. `not_published`: the table was not in the publication. `replaced`: another table took its name. `refused`: changes were not valid events.',
    }),
    detail: z.string(),
    from_at: timeSchema
      .nullable()
      .meta({ description: "By the source's clock. Everything before this time was read. Null if nothing was." }),
    until_at: timeSchema.nullable().meta({
      description: "By the source's clock. Everything after this time is read. Null while the gap is still growing.",
    }),
    changes: z.number().meta({ description: 'How many changes it contains, or 0 if they could not be counted.' }),
    fill_state: z.enum(['asked', 'running', 'done', 'failed']).nullable(),
    fill: z
      .object({ column: z.string().nullable(), from: z.string().nullable(), until: z.string().nullable() })
      .nullable(),
    fill_error: z.string().nullable(),
    looked_at: z.number().meta({ description: 'Rows that were read to fill the gap.' }),
    filled: z.number().meta({ description: 'Events that these rows created.' }),
    known: z.number().meta({ description: 'Events that already existed.' }),
    refused: z.number().meta({ description: 'Rows that are not valid events.' }),
    closed_at: timeSchema.nullable(),
    created_at: timeSchema,
  })
  .meta({ id: 'SourceGap' });

export type Gap = z.input<typeof gapSchema>;

export const listGapsInput = z.strictObject({
  ...pageInput,
  state: z.enum(['open', 'closed'], 'Must be open or closed.').optional(),
});

const bound = storableField(500)
  .nullish()
  .transform((text) => text ?? null);

export const fillInput = z.strictObject({
  id: idSchema,
  column: lineField(63, 'the name of a column').nullish().meta({
    description:
      'The column by which rows are chosen: a time or a key. If left out, a column that says when the row changed, with the bounds of the gap. If null, all rows.',
  }),
  from: bound.meta({
    description: 'The first value, inclusive, as PostgreSQL writes it. Null for no lower bound.',
  }),
  until: bound.meta({ description: 'The last value, inclusive. Null for no upper bound.' }),
});

export const gapPreviewSchema = z.object({
  fill: gapSchema.shape.fill.unwrap(),
  columns: z.array(z.object({ name: z.string(), type: z.string(), is_key: z.boolean() })),
  rows: z.number().meta({ description: 'Rows in the range.' }),
  looked_at: z.number().meta({ description: 'How many of these rows the following numbers cover: at most 2,000.' }),
  events: z.number().meta({ description: 'Events that would be created.' }),
  known: z.number().meta({ description: 'Events that already exist.' }),
  refused: z.number(),
  problem: z.string().nullable().meta({ description: 'Why the last refused row is not a valid event.' }),
  items: z.array(z.object({ event_type: z.string(), organization_id: z.string(), data: z.unknown() })),
});
