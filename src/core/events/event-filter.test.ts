import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseExactly } from '#core/json/exact-number.ts';
import { compileFilter } from './event-filter.ts';
import { joinFilters, judgeFilters } from './judge-filters.ts';

/** What the judge says of all cases, each filter by itself. */
const passes = (cases: readonly { filter: unknown; data: unknown }[]): boolean[] =>
  cases.map(({ filter, data }) => judge([filter], JSON.stringify(data))[0] ?? false);

/** @param data in JSON, to the letter. */
function judge(filters: readonly unknown[], data: string, meter = { steps: 0 }): boolean[] {
  const compiled = filters.map((filter) => {
    const result = compileFilter(typeof filter === 'string' ? parseExactly(filter) : filter);
    if (!result.ok) throw new Error(JSON.stringify(result.issues));
    return result.filter;
  });
  return [...judgeFilters(joinFilters(compiled), parseExactly(data), meter)];
}

type Json = null | boolean | number | string | Json[] | { [name: string]: Json };
type Filter = Record<string, unknown>;

/** The same language once more, as plainly as it can be said. */
function holds(filter: Filter, data: Json): boolean {
  return Object.entries(filter).every(([name, value]) => {
    if (name === 'not') return !holds(value as Filter, data);
    if (name === 'and') return (value as Filter[]).every((part) => holds(part, data));
    if (name === 'or') return (value as Filter[]).some((part) => holds(part, data));
    const found = name
      .split('.')
      .reduce<Json[]>(
        (values, key) =>
          values.flatMap((one) => (Array.isArray(one) ? one : [one])).flatMap((one) => memberOf(one, key)),
        [data],
      );
    const said = typeof value === 'object' && value !== null ? value : { equals: value };
    return Object.entries(said).every(([operator, operand]) => says(operator, operand, found));
  });
}

const memberOf = (value: Json, key: string): Json[] =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && Object.hasOwn(value, key)
    ? [value[key] ?? null]
    : [];

function says(operator: string, operand: unknown, found: Json[]): boolean {
  if (operator === 'exists') return found.length > 0 === operand;
  const values = found.flatMap((one) => (Array.isArray(one) ? one : [one]));
  const order = (value: Json): number | null => {
    if (typeof value === 'number' && typeof operand === 'number') return value - operand;
    if (typeof value === 'string' && typeof operand === 'string')
      return Buffer.compare(Buffer.from(value), Buffer.from(operand));
    return null;
  };
  const some = (holds: (order: number) => boolean) =>
    values.some((value) => {
      const found = order(value);
      return found !== null && holds(found);
    });
  switch (operator) {
    case 'equals':
      return values.includes(operand as Json);
    case 'in':
      return (operand as Json[]).some((one) => values.includes(one));
    case 'gt':
      return some((found) => found > 0);
    case 'gte':
      return some((found) => found >= 0);
    case 'lt':
      return some((found) => found < 0);
    case 'lte':
      return some((found) => found <= 0);
    default:
      return values.some((value) => typeof value === 'string' && value.startsWith(String(operand)));
  }
}

const word = fc.constantFrom('a', 'b', 'c', 'ä"\\', 'and');
const scalar = fc.oneof(
  fc.constantFrom<Json>(null, true, false, 0, 1, -1, 1.5, 1e21, '', 'a', 'ab', 'b', '"\\', '\n', '🙂'),
  fc.string({ unit: 'grapheme', maxLength: 5 }).filter((text) => !text.includes('\u0000')),
);
const data = fc.letrec<{ value: Json; object: { [name: string]: Json } }>((tie) => ({
  value: fc.oneof({ maxDepth: 4 }, scalar, fc.array(tie('value'), { maxLength: 3 }), tie('object')),
  object: fc.dictionary(word, tie('value'), { maxKeys: 3 }),
})).object;
const ordered = scalar.filter((one) => typeof one === 'number' || typeof one === 'string');
const saying = fc.oneof(
  scalar,
  fc
    .record(
      {
        equals: scalar,
        in: fc.array(scalar, { minLength: 1, maxLength: 3 }),
        exists: fc.boolean(),
        gt: ordered,
        gte: ordered,
        lt: ordered,
        lte: ordered,
        prefix: fc.constantFrom('', 'a', 'ä', '"'),
      },
      { requiredKeys: [] },
    )
    .filter((said) => Object.keys(said).length > 0),
);
const place = fc
  .array(
    word.filter((one) => one !== 'and'),
    { minLength: 1, maxLength: 3 },
  )
  .map((keys) => keys.join('.'));
const filter = fc.letrec<{ filter: Filter }>((tie) => ({
  filter: fc.oneof(
    { maxDepth: 4 },
    fc.dictionary(place, saying, { minKeys: 1, maxKeys: 2 }),
    fc.record({ not: tie('filter') }),
    fc.record({ and: fc.array(tie('filter'), { minLength: 1, maxLength: 3 }) }),
    fc.record({ or: fc.array(tie('filter'), { minLength: 1, maxLength: 3 }) }),
  ),
})).filter;

test('the judge finds what the plain reading of a filter finds', () => {
  const cases = fc.sample(fc.record({ filter: filter.filter((one) => compileFilter(one).ok), data }), 3000);
  const answers = passes(cases);
  for (const [index, given] of cases.entries())
    expect({ ...given, passes: answers[index] }).toEqual({ ...given, passes: holds(given.filter, given.data) });
  expect(new Set(answers)).toEqual(new Set([true, false]));
});

test.each<[Filter, Json, boolean]>([
  [{ status: 'failed' }, { status: 'failed' }, true],
  [{ status: 'failed' }, {}, false],
  [{ status: { in: ['failed', 'cancelled'] } }, { status: 'cancelled' }, true],
  [{ rows: { gt: 100, lte: 500 } }, { rows: 500 }, true],
  [{ rows: { gt: 100 } }, { rows: '500' }, false],
  [{ not: { rows: { gt: 100 } } }, { rows: '500' }, true],
  [{ at: { gte: '2026-01-01' } }, { at: '2026-02-01T00:00:00Z' }, true],
  [{ error: { exists: false } }, { error: null }, false],
  [{ 'owner.team': 'qa' }, { owner: { team: 'qa' } }, true],
  [{ tags: 'red' }, { tags: ['blue', 'red'] }, true],
  [{ name: { prefix: 'sales_' } }, { name: 'sales_eu' }, true],
  [{ or: [{ a: 1 }, { b: 2 }] }, { b: 2 }, true],
])('%j on %j: %s', (filter, data, expected) => {
  expect(passes([{ filter, data }])).toEqual([expected]);
});

describe('a filter that is none is refused by the place', () => {
  test.each<[unknown, string[], RegExp]>([
    [null, [], /JSON object/],
    [[], [], /JSON object/],
    [{}, [], /at least one/],
    [{ a: { greater: 1 } }, ['a', 'greater'], /There is no operator "greater"\. Use equals, in/],
    [{ a: { in: [] } }, ['a', 'in'], /list of 1 to 100/],
    [{ a: { gt: true } }, ['a', 'gt'], /number or a string/],
    [{ a: {} }, ['a'], /at least one operator/],
    [{ a: [1] }, ['a'], /a string, a number/],
    [{ 'a..b': 1 }, ['a..b'], /owner\.team/],
    [{ or: {} }, ['or'], /list of filters/],
    [{ and: [{ a: 1 }, 7] }, ['and', '1'], /JSON object/],
    [{ a: '\u0000' }, ['a'], /a string/],
    [JSON.parse('{"a":{"__proto__":1}}'), ['a', '__proto__'], /There is no/],
    [
      Array.from({ length: 12 }).reduce<unknown>((inner) => ({ not: inner }), { a: 1 }),
      Array(10).fill('not'),
      /levels/,
    ],
    [Object.fromEntries(Array.from({ length: 101 }, (_, n) => [`a${n}`, 1])), ['a100'], /at most 100/],
  ])('%j', (filter, path, words) => {
    const compiled = compileFilter(filter);
    expect(compiled).toMatchObject({ ok: false, issues: [{ path, message: expect.stringMatching(words) }] });
  });
});

test('filters that are judged together are judged as each by itself', () => {
  const filters = fc.sample(
    filter.filter((one) => compileFilter(one).ok),
    200,
  );
  for (const one of fc.sample(data, 20))
    expect(judge(filters, JSON.stringify(one))).toEqual(filters.map((filter) => holds(filter, one)));
});

test.each<[string, string, boolean]>([
  ['{"id":9007199254740993}', '{"id":9007199254740993}', true],
  ['{"id":9007199254740993}', '{"id":9007199254740992}', false],
  ['{"id":9007199254740992}', '{"id":9007199254740993}', false],
  ['{"id":{"in":[1,653247040368672768]}}', '{"id":653247040368672769}', false],
  ['{"id":{"gt":9007199254740992}}', '{"id":9007199254740993}', true],
  ['{"id":{"lte":9007199254740992}}', '{"id":9007199254740993}', false],
  ['{"id":1}', '{"id":1.00000000000000000000}', true],
  ['{"id":0}', '{"id":1e-400}', false],
  ['{"id":{"gt":1e308}}', '{"id":1e400}', true],
  ['{"id":9007199254740993}', '{"id":"9007199254740993"}', false],
])('numbers keep their digits: %s on %s is %s', (filter, data, expected) => {
  expect(judge([filter], data)).toEqual([expected]);
});

test('names that objects of JavaScript have are places like any other', () => {
  expect(judge([{ constructor: { exists: true } }, '{"__proto__":{"equals":1}}'], '{"a":1}')).toEqual([false, false]);
  expect(judge(['{"__proto__":{"equals":1}}'], '{"__proto__":1}')).toEqual([true]);
});

describe('the work is bounded by the data and the conditions, not by their product', () => {
  const texts = Array.from({ length: 5_000 }, (_, n) => `text-${n}`);
  const steps = (filters: unknown[], data: unknown): number => {
    const meter = { steps: 0 };
    judge(filters, JSON.stringify(data), meter);
    return meter.steps;
  };

  test('an or of 90 × 100 values over 5,000 texts', () => {
    const or = Array.from({ length: 90 }, (_, n) => ({
      tags: { in: Array.from({ length: 100 }, (_, m) => `none-${n}-${m}`) },
    }));
    expect(steps([{ or }], { tags: texts })).toBeLessThan(5_000 * 2 + 90 * 101 + 10);
  });

  test('100 prefixes and comparisons over 5,000 texts', () => {
    const or = Array.from({ length: 50 }, (_, n) => ({ tags: { prefix: `none-${n}`, gt: 'z' } }));
    expect(steps([{ or }], { tags: texts })).toBeLessThan(5_000 * 3 + 100 * 20);
  });

  test('1,000 filters with a place of their own each in 5,000 objects', () => {
    const filters = Array.from({ length: 1_000 }, (_, n) => ({ [`items.name_${n}`]: 'x' }));
    expect(steps(filters, { items: texts.map((name) => ({ name })) })).toBeLessThan(5_000 * 2 + 1_000 * 2);
  });
});
