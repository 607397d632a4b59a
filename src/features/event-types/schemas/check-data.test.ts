import { randomUUID } from 'node:crypto';
import { afterAll, describe, expect, test } from 'vitest';
import { type Checked, createSchemaChecks } from './check-data.ts';

// Half of the usual time: what is quick takes less than a tenth of it.
const checks = createSchemaChecks({ mostCpuMs: 250 });
afterAll(() => checks.close());

const check = (
  schema: unknown,
  data: unknown,
  organization_id: string = randomUUID(),
  version: string = randomUUID(),
) =>
  checks.check({
    organization_id,
    version,
    schema: JSON.stringify(schema),
    data: [typeof data === 'string' ? data : JSON.stringify(data)],
  });

const verdict = async (schema: unknown, data: unknown) => (await check(schema, data)).is;

/** By its time or by its memory, whichever ran out first. */
const isStopped = ({ is }: Checked): string => (is === 'slow' || is === 'large' ? 'stopped' : is);

/** 2^40 checks of one value. */
const EXPLOSION = {
  properties: { a: { $ref: '#/$defs/a0' } },
  $defs: {
    ...Object.fromEntries(
      Array.from({ length: 40 }, (_, n) => [
        `a${n}`,
        { anyOf: [{ $ref: `#/$defs/a${n + 1}` }, { $ref: `#/$defs/a${n + 1}` }] },
      ]),
    ),
    a40: { const: 'never' },
  },
};
/** Neither engine for patterns is quick with it. */
const SLOW_PATTERN = { properties: { a: { pattern: '^((a{1,40}){1,40}){1,40}$' } } };

test.each([
  ['a pattern that backtracks', { properties: { a: { pattern: '^(a+)+$' } } }, { a: `${'a'.repeat(45)}!` }, 'invalid'],
  [
    'the same for names of properties',
    { patternProperties: { '^(a|a)*$': { type: 'null' } } },
    { [`${'a'.repeat(45)}!`]: 1 },
    'valid',
  ],
  ['and by propertyNames', { propertyNames: { pattern: '^(a+)+$' } }, { [`${'a'.repeat(45)}!`]: 1 }, 'invalid'],
  [
    'unique items',
    { properties: { a: { uniqueItems: true } } },
    { a: Array.from({ length: 8_000 }, (_, n) => [n]) },
    'valid',
  ],
  [
    'an enum of thousands',
    { properties: { a: { enum: Array.from({ length: 5_000 }, (_, n) => ({ n })) } } },
    { a: { n: -1 } },
    'invalid',
  ],
])('%s takes linear time', async (_what, schema, data, expected) => {
  expect(await verdict(schema, data)).toBe(expected);
});

test.each<[string, unknown, unknown, string]>([
  ['branches that explode', EXPLOSION, { a: 1 }, 'stopped'],
  ['a pattern that no engine runs quickly', SLOW_PATTERN, { a: `${'a'.repeat(60)}!` }, 'stopped'],
  ['a circle of references', { $ref: '#' }, {}, 'deep'],
  [
    'a circle by $dynamicRef',
    { $dynamicAnchor: 'a', properties: { a: { allOf: [{ $dynamicRef: '#a' }], $ref: '#/properties/a' } } },
    { a: 1 },
    'deep',
  ],
])('%s is stopped', async (_what, schema, data, expected) => {
  expect(isStopped(await check(schema, data))).toBe(expected);
});

test.each([
  ['https://elsewhere.example.com/schema.json', /can't resolve reference/],
  ['file:///etc/passwd', /can't resolve reference/],
])('a reference to %s is not followed', async ($ref, words) => {
  expect(await check({ $ref }, {})).toEqual({ is: 'bad_schema', message: expect.stringMatching(words) });
});

describe('data is judged as the schema says', () => {
  test.each<[unknown, unknown, Checked['is']]>([
    [{ required: ['toString'] }, {}, 'invalid'],
    [{ properties: { constructor: { type: 'string' } } }, {}, 'valid'],
    [{ additionalProperties: false }, '{"__proto__":1}', 'invalid'],
    [{ properties: { a: { pattern: '^.$' } } }, { a: '🙂' }, 'valid'],
    [{ properties: { a: { pattern: '^x$' }, b: { pattern: '^y$' } } }, { a: 'x', b: 'x' }, 'invalid'],
    [{ properties: { a: { pattern: '^x$' }, b: { pattern: '^y$' } } }, { a: 'x', b: 'y' }, 'valid'],
    [{ properties: { a: { pattern: '^\\p{L}+$' } } }, { a: 'äöü' }, 'valid'],
    [
      { properties: { a: { uniqueItems: true } } },
      {
        a: [
          { x: 1, y: 2 },
          { y: 2, x: 1 },
        ],
      },
      'invalid',
    ],
    [{ properties: { a: { uniqueItems: true } } }, { a: [1, '1', true, null, [1]] }, 'valid'],
    [{ properties: { a: { format: 'email' } } }, { a: 'nobody' }, 'invalid'],
  ])('%j on %j: %s', async (schema, data, expected) => {
    expect(await verdict(schema, data)).toBe(expected);
  });
});

/** What starts a thread is not what is measured. */
const startThreads = () => Promise.all(Array.from({ length: 4 }, (_, n) => check({}, {}, `warm-${n}`, 'known')));

test('who is slow is answered last: nobody else waits', async () => {
  await startThreads();
  const order: string[] = [];
  // More than there are threads.
  const slow = Array.from({ length: 5 }, async () => {
    order.push(isStopped(await check(EXPLOSION, { a: 1 }, 'slow')));
  });
  const quick = Array.from({ length: 20 }, async (_, n) => {
    const { is } = await check({}, { a: 1 }, `quick-${n % 4}`, 'known');
    order.push(is);
  });
  await Promise.all([...quick, ...slow]);
  expect(order).toEqual([...Array(20).fill('valid'), ...Array(5).fill('stopped')]);
}, 120_000);

test('many at once of organizations that were slow keep off the threads of the others', async () => {
  const owners = Array.from({ length: 5 }, (_, n) => `suspect-${n}`);
  await Promise.all(owners.map((owner) => check(EXPLOSION, { a: 1 }, owner)));
  await startThreads();
  const order: string[] = [];
  const again = owners.map(async (owner) => order.push(isStopped(await check(EXPLOSION, { a: 1 }, owner))));
  const quick = Promise.all(Array.from({ length: 20 }, (_, n) => check({}, {}, `other-${n}`, 'known'))).then(() =>
    order.push('others'),
  );
  await Promise.all([quick, ...again]);
  expect(order).toEqual(['others', ...Array(5).fill('stopped')]);
}, 120_000);

test('memory has a bound: what needs more is stopped, and the process goes on', async () => {
  const patient = createSchemaChecks({ mostCpuMs: 60_000 });
  const data = [`[${'"aaaaaaaaaaaaaaa",'.repeat(3_000_000)}0]`];
  const asked = { organization_id: 'o', version: randomUUID(), schema: '{}' };
  expect(await patient.check({ ...asked, data })).toEqual({ is: 'large' });
  expect(await patient.check({ ...asked, data: ['{}'] })).toEqual({ is: 'valid' });
  await patient.close();
});

test('a version that a thread knows is asked for without its schema, and one that it forgot with it', async () => {
  const one = createSchemaChecks();
  const ask = (version: string, schema: unknown, data: unknown) =>
    one.check({ organization_id: 'o', version, schema: JSON.stringify(schema), data: [JSON.stringify(data)] });
  expect(await ask('v', { required: ['a'] }, {})).toMatchObject({ is: 'invalid' });
  // The version stands for the schema: the thread does not look at this one.
  expect(await ask('v', false, { a: 1 })).toEqual({ is: 'valid' });
  for (let n = 0; n < 4; n += 1) await ask(`large-${n}`, { description: 'x'.repeat(1_500_000) }, {});
  expect(await ask('v', { required: ['b'] }, { a: 1 })).toMatchObject({ is: 'invalid', member: 'b' });
  await one.close();
});
