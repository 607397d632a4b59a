import { z } from 'zod';
import { decodeCursor, encodeCursor } from '#core/text/cursor.ts';

/** The id of a row, in the form in which it is stored: what was sealed for `ab…` would not open for `AB…`. */
export const idSchema = z
  .uuid('Must be an id as the lists show it (a UUID).')
  .toLowerCase()
  .meta({ description: 'The id (UUIDv7).', example: '0199f0a4-8c1e-7b3a-9d52-1f6a7c0e4b21' });

/** RFC 3339 UTC with milliseconds. */
export const timeSchema = z
  .date()
  .transform((date) => date.toISOString())
  .pipe(z.iso.datetime({ precision: 3 }))
  .meta({ description: 'RFC 3339, UTC, with milliseconds.', example: '2026-11-23T09:30:00.000Z' });

/** A time that a caller gives. */
export const givenTime = z.iso
  .datetime({ offset: true, error: 'Must be a time such as 2026-11-26T09:30:00.000Z.' })
  .transform((text) => new Date(text))
  .refine(
    (time) => time.getUTCFullYear() >= 1970 && time.getUTCFullYear() < 10_000,
    'Must be in a year from 1970 to 9999.',
  )
  .meta({ override: { type: 'string', format: 'date-time' } });

const LIMIT = 'Must be a whole number from 1 to 200.';

/** The two fields of every list's input. */
export const pageInput = {
  limit: z
    .union([z.number(), z.string().regex(/^\d+$/, LIMIT).transform(Number)], LIMIT)
    .pipe(z.int(LIMIT).min(1, LIMIT).max(200, LIMIT))
    .default(50)
    .meta({
      description: 'The maximum number of items.',
      override: { type: 'integer', minimum: 1, maximum: 200, default: 50, anyOf: undefined },
    }),
  cursor: z
    .string()
    .transform((cursor, context) => {
      const id = decodeCursor(cursor);
      if (id !== null) return id;
      context.addIssue({
        code: 'custom',
        message: 'Must be the next_cursor of the previous page. Leave it out for the first page.',
      });
      return z.NEVER;
    })
    .optional()
    .meta({ description: 'The `next_cursor` of the previous page. Left out for the first page.' }),
};

/** The input for a page, `pageInput` as parsed. The cursor is the id before which the page begins. */
export type Page = { limit: number; cursor?: string | undefined };

/** A list's answer, newest first. */
export const pageOf = <Item extends z.ZodType>(item: Item) =>
  z.object({
    items: z.array(item),
    next_cursor: z
      .string()
      .nullable()
      .meta({ description: 'Send it as `cursor` to get the next page. Null on the last page.' }),
  });

/** A part of a name that is looked for. What no name holds, PostgreSQL would not even read. */
export const searchText = z
  .string('Must be a string.')
  .trim()
  .min(1, 'Must be part of a name, or left out.')
  .max(100, 'Must be at most 100 characters.')
  .refine(
    (text) => !/\p{Cc}/u.test(text) && text.isWellFormed(),
    'Must be part of a name, without control characters.',
  );

/** A boolean that a query string can carry. */
export const flagInput = z
  .union([z.boolean(), z.enum(['true', 'false']).transform((text) => text === 'true')], 'Must be true or false.')
  .meta({ override: { type: 'boolean', anyOf: undefined } });

/** Removes the extra row beyond the limit, and makes the cursor from it. */
export function page<Row extends { id: string }>(
  rows: Row[],
  limit: number,
): { items: Row[]; next_cursor: string | null } {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items, next_cursor: rows.length > limit && last ? encodeCursor(last.id) : null };
}
