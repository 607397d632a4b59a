import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readCspSamples } from '#testing/csp-sample.ts';
import { entriesOf, isOfItsFirstAge } from './csp-report-entries.ts';

const bytes = (value: unknown, indent = 0) => Buffer.from(JSON.stringify(value, null, indent));
const read = (body: Buffer) => entriesOf(body)?.map(({ start, end }) => JSON.parse(body.toString('utf8', start, end)));
const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : [value]);

describe('what browsers really sent', () => {
  test.each(readCspSamples())('$file is taken apart into its entries', ({ file, body }) => {
    // WebKit's lists begin with the body; they hold other reports, which are never known.
    const isWebKitList = file.includes('webkit') && body.toString().startsWith('[');
    expect(read(body)).toEqual(isWebKitList ? undefined : listOf(JSON.parse(body.toString())));
  });
});

describe('an age', () => {
  const entries = (body: unknown, indent = 0) => entriesOf(bytes(body, indent)) ?? [];

  test.each([0, 2])('is no part of what is compared, written with an indent of %d', (indent) => {
    const [one, other, third] = entries(
      [
        { age: 7, type: 'csp-violation', body: { n: 1 } },
        { age: 1_234, type: 'csp-violation', body: { n: 1 } },
        { age: 7, type: 'csp-violation', body: { n: 2 } },
      ],
      indent,
    );
    expect([one?.ageMs, other?.ageMs, third?.ageMs]).toEqual([7, 1_234, 7]);
    expect(one).toMatchObject({ rest: other?.rest, hash: other?.hash });
    expect(third?.rest).not.toBe(one?.rest);
    expect(third?.hash).not.toBe(one?.hash);
  });

  test('has the bound that it has where the report is read', () => {
    expect(entries([{ age: 999_999_999_999, n: 1 }])).toMatchObject([{ ageMs: 48 * 3_600_000 }]);
  });

  test.each([
    '{"age":500,"type":"csp-violation","body":{"blockedURL":"eval"},"age":500}',
    '{"age":500,"type":"csp-violation","body":{"blockedURL":"eval"},"age":1}',
    '{"age":1,"type":"csp-violation","body":{"blockedURL":"eval"},"age":2}',
    '{"age":500,"type":"csp-violation","body":{"blockedURL":"eval"},"\\u0061ge":500}',
  ])('that comes twice is not the one at the beginning: %s', (json) => {
    const [entry] = entriesOf(Buffer.from(`[${json}]`)) ?? [];
    expect(entry && isOfItsFirstAge(entry)).toBe(false);
    const [once] = entriesOf(Buffer.from(`[${json.replace(/,"[^"]*ge":\d+\}$/, '}')}]`)) ?? [];
    expect(once && isOfItsFirstAge(once)).toBe(true);
  });

  test.each([
    '[{"age":01,"n":1}]',
    '[{"age":1e3,"n":1}]',
    '[{"age":1.5,"n":1}]',
    '[{"age":7null,"n":1}]',
    '[{"age":1},{"age":,"n":1}]',
    '[{"age":1},{"age":-0,"n":1}]',
    '[{"age":1234567890123456,"n":1}]',
    '[{"age":-1,"n":1}]',
    '[{"age":"1","n":1}]',
  ])('that is written otherwise is left to whoever reads the whole: %s', (body) => {
    expect(entriesOf(Buffer.from(body))).toBe(null);
  });

  test('of an object alone is part of its text', () => {
    const text = '{"age":5,"body":{}}';
    expect(entriesOf(Buffer.from(text))).toMatchObject([{ start: 0, end: text.length, rest: text, ageMs: null }]);
  });
});

describe('what is not taken apart', () => {
  test('a list of more than a thousand', () => {
    const list = (length: number) => bytes(Array.from({ length }, () => ({ age: 1 })));
    expect(entriesOf(list(1_000))).toHaveLength(1_000);
    expect(entriesOf(list(1_001))).toBe(null);
  });

  test('a list with more white space than browsers write, which would take the square of its length', () => {
    const space = ' '.repeat(9);
    for (const body of [`[${space}{"age":1}]`, `[{"age":${space}1}]`, `[{${space}"age":1}]`, `[{"age"${space}:1}]`])
      expect(entriesOf(Buffer.from(body))).toBe(null);
  });

  test.each([
    '',
    ' ',
    'null',
    '"x"',
    '[]',
    '[1]',
    '[{"age":1',
    '[{"age":1}',
    '[{"age":1}x]',
    '[{"age":1},]',
    '[{"n":1}]',
  ])('%j', (body) => expect(entriesOf(Buffer.from(body))).toBe(null));
});

/** Values that look like what parts entries, at any depth. */
const tricky = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom('},{"age":', '…', 'é}', '}]', '\\', '"', '},', 0, 7, 10, null, true, ''),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.record({ age: fc.nat(9_999), x: tie('value') }),
    fc.dictionary(fc.constantFrom('age', 'type', '"', '{'), tie('value'), { maxKeys: 3 }),
  ),
})).value;

test('where every entry is JSON, they are the entries of the whole, whatever it holds', () => {
  let taken = 0;
  fc.assert(
    fc.property(
      fc.array(fc.record({ age: fc.nat(9_999), x: tricky, y: tricky })),
      fc.constantFrom(0, 1),
      (list, indent) => {
        const body = bytes(list, indent);
        let entries: unknown;
        try {
          entries = read(body);
        } catch {
          return;
        }
        if (entries === undefined) return;
        taken += 1;
        expect(entries).toEqual(JSON.parse(body.toString()));
      },
    ),
    { numRuns: 3_000 },
  );
  expect(taken).toBeGreaterThan(1_000);
});

test('what was cut or changed is refused, or is what the whole says', () => {
  const whole = bytes(
    Array.from({ length: 4 }, (_, n) => ({ age: n, type: 'csp-violation', body: { n: [{ age: n }] } })),
  );
  const parsed = (read: () => unknown) => {
    try {
      return read();
    } catch {
      return 'no JSON';
    }
  };
  fc.assert(
    fc.property(
      fc.nat(whole.length),
      fc.nat(whole.length),
      fc.constantFrom('', '}', ']', ',', '"', '0', ' '),
      (a, b, put) => {
        const body = Buffer.concat([whole.subarray(0, a), Buffer.from(put), whole.subarray(b)]);
        const entries = parsed(() => read(body));
        if (entries === undefined || entries === 'no JSON') return;
        expect(entries).toEqual(parsed(() => listOf(JSON.parse(body.toString()))));
      },
    ),
    { numRuns: 5_000 },
  );
});
