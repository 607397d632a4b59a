import { z } from 'zod';
import { idSchema, pageInput, timeSchema } from '#platform/trpc/paging.ts';

export const gapSchema = z
  .object({
    id: idSchema,
    table: z.string(),
    cause: z.enum(['slot_lost', 'not_published', 'replaced', 'refused']).meta({
      description:
        '`slot_lost`: the slot was lost. `not_published`: the table was out of the publication. `replaced`: another table took its name. `refused`: changes made no valid event.',
    }),
    detail: z.string(),
    from_at: timeSchema
      .nullable()
      .meta({ description: "By the source's clock: everything before was read. Null when nothing was." }),
    until_at: timeSchema
      .nullable()
      .meta({ description: "By the source's clock: everything after is read. Null while the gap goes on." }),
    changes: z.number().meta({ description: 'How many changes, where they could be counted; otherwise 0.' }),
    fill_state: z.enum(['asked', 'running', 'done', 'failed']).nullable(),
    fill: z
      .object({ column: z.string().nullable(), from: z.string().nullable(), until: z.string().nullable() })
      .nullable(),
    fill_error: z.string().nullable(),
    looked_at: z.number().meta({ description: 'Rows that were read to fill it.' }),
    filled: z.number().meta({ description: 'Events that these made.' }),
    known: z.number().meta({ description: 'Events that were there already.' }),
    refused: z.number().meta({ description: 'Rows that make no valid event.' }),
    closed_at: timeSchema.nullable(),
    created_at: timeSchema,
  })
  .meta({ id: 'SourceGap' });

export type Gap = z.input<typeof gapSchema>;

export const listGapsInput = z.strictObject({
  ...pageInput,
  state: z.enum(['open', 'closed'], 'Must be open or closed.').optional(),
});

const bound = z
  .string('Must be a string.')
  .max(500, 'Must be at most 500 characters.')
  .refine(
    (text) => !text.includes('\u0000') && text.isWellFormed(),
    'Must not contain U+0000 or half of a surrogate pair.',
  )
  .nullish()
  .transform((text) => text ?? null);

export const fillInput = z.strictObject({
  id: idSchema,
  column: z
    .string('Must be the name of a column.')
    .min(1, 'Must be the name of a column.')
    .max(63, 'Must be at most 63 characters.')
    .refine((text) => !/\p{Cc}/u.test(text) && text.isWellFormed(), 'Must not contain control characters.')
    .nullish()
    .meta({
      description:
        'The column, a time or a key, by which rows are chosen. Left out: a column that says when the row changed, with the bounds of the gap. Null: all rows.',
    }),
  from: bound.meta({
    description: "The first value, as PostgreSQL writes it, included. Null: from the column's first.",
  }),
  until: bound.meta({ description: "The last value, included. Null: to the column's last." }),
});

export const gapPreviewSchema = z.object({
  fill: gapSchema.shape.fill.unwrap(),
  columns: z.array(z.object({ name: z.string(), type: z.string(), is_key: z.boolean() })),
  rows: z.number().meta({ description: 'Rows in the range.' }),
  looked_at: z.number().meta({ description: 'Of these, how many the following numbers are about: at most 2,000.' }),
  events: z.number().meta({ description: 'Events that would be made.' }),
  known: z.number().meta({ description: 'Events that are there already.' }),
  refused: z.number(),
  problem: z.string().nullable().meta({ description: 'Why the last of the refused makes no event.' }),
  items: z.array(z.object({ event_type: z.string(), organization_id: z.string(), data: z.unknown() })),
});
