import { z } from 'zod';
import { decodeCursor, encodeCursor } from '#core/text/cursor.ts';

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

/** Removes the extra row beyond the limit, and makes the cursor from it. */
export function page<Row extends { id: string }>(
  rows: Row[],
  limit: number,
): { items: Row[]; next_cursor: string | null } {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items, next_cursor: rows.length > limit && last ? encodeCursor(last.id) : null };
}
