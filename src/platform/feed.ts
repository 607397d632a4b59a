import { z } from 'zod';
import { decodeCursor, decodePosition, encodePosition } from '#core/text/cursor.ts';
import { pageInput } from './trpc/paging.ts';
import { invalid } from './trpc/refusal.ts';

/** Where a list continues: after an id in a page, or after a position in a feed. */
export type FeedCursor = { id: string | null; position: bigint | null };

/** The fields of a list that people page through, newest first, and programs poll, oldest change first. */
export const feedInput = {
  limit: pageInput.limit,
  order: z.enum(['desc', 'asc'], 'Must be desc or asc.').default('desc').meta({
    description:
      '`desc`: newest first. `asc`: for pollers, oldest change first. Poll with `next_cursor`, which is never null in this order. No change is skipped or repeated, however late it was committed.',
  }),
  cursor: z
    .string()
    .transform((text, context): FeedCursor => {
      const cursor = { id: decodeCursor(text), position: decodePosition(text) };
      if (cursor.id === null && cursor.position === null)
        context.addIssue({
          code: 'custom',
          message: 'Must be the next_cursor of the previous response. Leave it out for the first request.',
        });
      return cursor;
    })
    .optional()
    .meta({
      description: 'The `next_cursor` of the previous response of the same order. Left out for the first request.',
      override: { type: 'string' },
    }),
};

/** A list's answer in either order. */
export const feedOf = <Item extends z.ZodType>(item: Item) =>
  z.object({
    items: z.array(item),
    next_cursor: z.string().nullable().meta({
      description: 'Send it as `cursor` in the next request. Null on the last page of `desc`, and never null in `asc`.',
    }),
  });

/** @throws Refusal VALIDATION for a cursor of the other order. */
export function beforeId(cursor: FeedCursor | undefined): string | undefined {
  if (!cursor) return undefined;
  if (cursor.id === null) throw wrongOrder('asc');
  return cursor.id;
}

/** @throws Refusal VALIDATION for a cursor of the other order. */
export function afterPosition(cursor: FeedCursor | undefined): bigint {
  if (!cursor) return 0n;
  if (cursor.position === null) throw wrongOrder('desc');
  return cursor.position;
}

const wrongOrder = (order: string) =>
  invalid({
    path: ['cursor'],
    message: `This cursor belongs to order=${order}. Use that order, or leave the cursor out.`,
  });

type Positioned<Item> = { position: bigint; item: Item };

/**
 * The response of a feed. A page that is not full has shown everything up to `head`, so the next request continues
 * after it.
 * @param head the highest existing position, as the same statement saw it.
 */
export function feedPage<Item>(rows: Positioned<Item>[], limit: number, after: bigint, head: bigint) {
  const last = rows.length < limit ? undefined : rows.at(-1);
  return {
    items: rows.map(({ item }) => item),
    next_cursor: encodePosition(last?.position ?? (head > after ? head : after)),
  };
}
