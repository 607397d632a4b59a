import { z } from 'zod';
import { decodeCursor, decodePosition, encodePosition } from '#core/text/cursor.ts';
import { pageInput } from './trpc/paging.ts';
import { invalid } from './trpc/refusal.ts';

/** Where a list goes on: behind an id in a page, or behind a position in a feed. */
export type FeedCursor = { id: string | null; position: bigint | null };

/** The fields of a list that people page through, newest first, and programs poll, oldest change first. */
export const feedInput = {
  limit: pageInput.limit,
  order: z.enum(['desc', 'asc'], 'Give desc or asc.').default('desc').meta({
    description:
      '`desc`: newest first. `asc`: for pollers, the oldest change first; ask again with `next_cursor`, which is then never null: nothing is skipped and nothing comes twice, however late a change was committed.',
  }),
  cursor: z
    .string()
    .transform((text, context): FeedCursor => {
      const cursor = { id: decodeCursor(text), position: decodePosition(text) };
      if (cursor.id === null && cursor.position === null)
        context.addIssue({
          code: 'custom',
          message: 'Give next_cursor of the answer before, or leave it out at first.',
        });
      return cursor;
    })
    .optional()
    .meta({
      description: '`next_cursor` of the answer before, of the same order; left out at first.',
      override: { type: 'string' },
    }),
};

/** A list's answer in either order. */
export const feedOf = <Item extends z.ZodType>(item: Item) =>
  z.object({
    items: z.array(item),
    next_cursor: z
      .string()
      .nullable()
      .meta({ description: 'Give it as `cursor` next. Null on the last page of `desc`, never in `asc`.' }),
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
  invalid({ path: ['cursor'], message: `This cursor is of order=${order}: ask with that, or leave the cursor out.` });

type Positioned<Item> = { position: bigint; item: Item };

/**
 * The answer of a feed. One that is not full has shown everything up to `head`, so the next goes on behind that.
 * @param head the highest position there is, as the same statement saw it.
 */
export function feedPage<Item>(rows: Positioned<Item>[], limit: number, after: bigint, head: bigint) {
  const last = rows.length < limit ? undefined : rows.at(-1);
  return {
    items: rows.map(({ item }) => item),
    next_cursor: encodePosition(last?.position ?? (head > after ? head : after)),
  };
}
