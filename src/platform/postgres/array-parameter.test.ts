import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestPlatform } from '#testing/test-platform.ts';
import { arrayLiteral, binaryArray, type Element, type ElementType } from './array-parameter.ts';

let pool: pg.Pool;
let platform: Awaited<ReturnType<typeof createTestPlatform>>;
beforeAll(async () => {
  platform = await createTestPlatform();
  pool = platform.pool;
});
afterAll(() => platform.close());

const ids = [randomUUID(), randomUUID()];
const ARRAYS: [ElementType, Element[]][] = [
  ['uuid', [...ids, null, '00000000-0000-0000-0000-000000000000', 'FFFFFFFF-ffff-ffff-FFFF-ffffffffffff']],
  ['int', [0, -1, null, 2 ** 31 - 1, -(2 ** 31) + 1]],
  ['boolean', [true, null, false]],
  ['text', ['', 'NULL', null, '{"a, b"}', '\\', '"', 'line\nbreak', 'ä😀', ' spaces ', `it's`]],
  ['json', ['{"a":"b\\"c"}', null, '[["date","x"]]', '"ä"']],
  [
    'timestamptz',
    [
      '2026-12-01T10:20:30.123Z',
      null,
      '1999-12-31T23:59:59.999Z',
      '1970-01-01T00:00:00.000Z',
      '2026-12-01T10:20:00+02:00',
    ],
  ],
];

test.each(ARRAYS)('an array of %s arrives element by element, in binary and as text', async (type, elements) => {
  const text = `select array(select one::text from unnest($1::${type}[]) one) as sent,
    array(select one::${type}::text from unnest($2::text[]) one) as wanted`;
  for (const encode of [binaryArray, arrayLiteral]) {
    const { rows } = await pool.query<{ sent: unknown; wanted: unknown }>(text, [encode(type, elements), elements]);
    expect(rows[0]?.sent).toEqual(rows[0]?.wanted);
    expect(rows[0]?.sent).toHaveLength(elements.length);
  }
});

test('an array with nothing but null is null, which unnest fills up beside others', async () => {
  const { rows } = await pool.query('select * from unnest($1::int[], $2::text[]) as r(number, name)', [
    binaryArray('int', [1, 2]),
    binaryArray('text', [null, null]),
  ]);
  expect(rows).toEqual([
    { number: 1, name: null },
    { number: 2, name: null },
  ]);
});

const INVALID: [ElementType, Element][] = [
  ['uuid', 'x'],
  ['uuid', `${randomUUID()}0`],
  ['uuid', randomUUID().replaceAll('-', 'x')],
  ['uuid', 'zzzzzzzz-0000-0000-0000-000000000000'],
  ['int', 2 ** 31],
  ['int', Number.NaN],
  ['int', 1.5],
  ['int', Number.POSITIVE_INFINITY],
  ['text', '\ud800'],
  ['text', 'a\u0000b'],
  ['json', '{"a":'],
  ['timestamptz', 'Invalid Date'],
  ['timestamptz', '+275760-09-13T00:00:00.000Z'],
];

test.each(INVALID)('of %s, %j is refused with an SQLSTATE of data exceptions', async (type, element) => {
  const ask = async () => pool.query(`select $1::${type}[]`, [binaryArray(type, [element])]);
  await expect(ask()).rejects.toMatchObject({ code: expect.stringMatching(/^22\w{3}$/) });
});
