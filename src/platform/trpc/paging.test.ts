import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { encodeCursor } from '#core/text/cursor.ts';
import { flagInput, timeSchema } from './fields.ts';
import { page, pageInput } from './paging.ts';

const input = z.strictObject(pageInput);
const id = '0199f0a4-8c1e-7b3a-9d52-1f6a7c0e4b21';

describe('the input of a list', () => {
  test('is 50 of the newest by default', () => {
    expect(input.parse({})).toEqual({ limit: 50 });
  });

  test('takes its numbers as a query string carries them', () => {
    expect(input.parse({ limit: '200', cursor: encodeCursor(id) })).toEqual({ limit: 200, cursor: id });
    expect(input.parse({ limit: 1 })).toEqual({ limit: 1 });
  });

  test.each(['0', '201', '1.5', 'many', '', '-1', 'Infinity', '1e2', '0x10', ' 5', 0, 201, 1.5, true, [5], null])(
    'refuses a limit of %j in one clear sentence',
    (limit) => {
      expect(input.safeParse({ limit }).error?.issues.map(({ message }) => message)).toEqual([
        'Must be a whole number from 1 to 200.',
      ]);
    },
  );

  test('refuses a cursor of somebody’s own', () => {
    expect(input.safeParse({ cursor: 'abc' }).error?.issues[0]?.path).toEqual(['cursor']);
  });

  test('takes true and false as words, and nothing else', () => {
    expect([true, false, 'true', 'false'].map((flag) => flagInput.parse(flag))).toEqual([true, false, true, false]);
    for (const other of ['yes', '1', 1, '', null])
      expect(flagInput.safeParse(other).success, String(other)).toBe(false);
  });
});

describe('a page', () => {
  test('follows the one before without a skip or a repeat, whatever the limit', () => {
    const ids = fc.uniqueArray(fc.uuid()).map((given) =>
      given
        .toSorted()
        .toReversed()
        .map((id) => ({ id })),
    );
    fc.assert(
      fc.property(ids, fc.integer({ min: 1, max: 10 }), (rows, limit) => {
        const seen: { id: string }[] = [];
        let cursor: string | null = null;
        do {
          const before: string | undefined = cursor === null ? undefined : input.parse({ cursor }).cursor;
          const found: typeof rows = rows.filter((row) => before === undefined || row.id < before).slice(0, limit + 1);
          const { items, next_cursor }: ReturnType<typeof page> = page(found, limit);
          expect(items.length).toBeLessThanOrEqual(limit);
          seen.push(...items);
          cursor = next_cursor;
        } while (cursor !== null);
        expect(seen).toEqual(rows);
      }),
    );
  });
});

test('a time leaves the process in RFC 3339 UTC with milliseconds', () => {
  expect(timeSchema.parse(new Date('2026-11-23T10:30:00+01:00'))).toBe('2026-11-23T09:30:00.000Z');
});
