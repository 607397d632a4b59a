import { z } from 'zod';
import { unstorablePath } from '#core/text/storable-text.ts';
import { invalid } from '#platform/trpc/refusal.ts';

/** The input of a list whose cursor the verb reads. */
export const cursorInput = z
  .string()
  .max(500)
  .optional()
  .meta({ description: 'The `next_cursor` of the previous page. Left out for the first page.' });

/** A cursor that encodes where a page ended, in base64url so that nobody relies on its format. */
export const writeCursor = (end: unknown): string => Buffer.from(JSON.stringify(end)).toString('base64url');

/** @throws Refusal for a text that is no cursor of this list. */
export function readCursor<End>(cursor: string, end: z.ZodType<End>): End {
  try {
    const given: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    if (!unstorablePath(given)) return end.parse(given);
  } catch {
    // Refused like any other text that isn't a cursor.
  }
  throw invalid({
    path: ['cursor'],
    message: 'Must be the next_cursor of the previous page. Leave it out for the first page.',
  });
}
