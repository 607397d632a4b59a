import { describe, expect, test } from 'vitest';
import { readJson, writeJson } from '#core/json/user-json.ts';
import { coerceArguments, kindProblem } from './coerce-arguments.ts';

/** A tool of every kind of argument; those that there are today have fewer. */
const SCHEMA = {
  type: 'object',
  additionalProperties: false,
  required: ['text', 'list'],
  properties: {
    text: { type: 'string' },
    note: { type: 'string' },
    count: { type: 'integer' },
    share: { type: 'number' },
    urgent: { type: 'boolean' },
    list: { type: 'array', items: { type: 'string' } },
    free: { type: 'object', additionalProperties: {} },
    texts: { type: 'object', additionalProperties: { type: 'string' } },
    address: {
      type: 'object',
      required: ['street'],
      properties: { street: { type: 'string' }, zip: { type: 'string' }, floor: { type: 'integer' } },
    },
    nullable: { anyOf: [{ type: 'string' }, { type: 'null' }] },
    either: { type: ['string', 'number'] },
    level: { enum: ['low', 'high'] },
    open: {},
  },
};

const coerced = (json: string): string => writeJson(coerceArguments(SCHEMA, readJson(json)));
const NEEDED = '"text":"x","list":[]';
const only = (json: string): string =>
  coerced(`{${NEEDED},${json}}`)
    .slice(`{${NEEDED}`.length)
    .replace(/^,?(.*)\}$/, '$1');

describe('an optional argument that is null or blank is as if absent:', () => {
  test.each(Object.keys(SCHEMA.properties).filter((name) => !['text', 'list', 'nullable', 'open'].includes(name)))(
    '%s',
    (name) => {
      for (const blank of ['null', '""', '"  \\n"']) expect(only(`"${name}":${blank}`)).toBe('');
    },
  );

  test('also within an object, and of whatever kind', () => {
    expect(only('"address":{"street":"Main","zip":"","floor":null}')).toBe('"address":{"street":"Main"}');
    expect(only('"open":null')).toBe('');
  });

  test('but null stays where the schema takes it, and "" in a list, a map and free metadata', () => {
    expect(only('"nullable":null')).toBe('"nullable":null');
    expect(only('"nullable":""')).toBe('');
    expect(coerced('{"text":"x","list":["",null]}')).toBe('{"text":"x","list":["",null]}');
    expect(only('"texts":{"1":"","2":null}')).toBe('"texts":{"1":"","2":null}');
    expect(only('"free":{"a":null,"b":"","c":{"d":null}}')).toBe('"free":{"a":null,"b":"","c":{"d":null}}');
  });

  test('and a required one stays, for the schema to refuse', () => {
    expect(coerced('{"text":null,"list":""}')).toBe('{"text":null,"list":""}');
  });
});

describe('a value is read as the kind that is wanted:', () => {
  test.each([
    [
      'a number as text, with the digits it was written with',
      '"note":12345678901234567890',
      '"note":"12345678901234567890"',
    ],
    ['its zeros', '"note":1.50', '"note":"1.50"'],
    ['its power of ten', '"note":1e3', '"note":"1e3"'],
    ['a plain one', '"note":42', '"note":"42"'],
    ['a boolean as text', '"note":true', '"note":"true"'],
    ['text as a whole number', '"count":" 42 "', '"count":42'],
    ['a whole number with a point', '"count":42.0', '"count":42'],
    ['text as a fraction', '"share":"-0.25"', '"share":-0.25'],
    ['text as a boolean', '"urgent":"True"', '"urgent":true'],
    [
      'JSON in text as an object, with its digits',
      '"free":"{\\"id\\":12345678901234567890,\\"n\\":null}"',
      '"free":{"id":12345678901234567890,"n":null}',
    ],
    ['numbers in a map of texts', '"texts":{"1":7,"2":1.0}', '"texts":{"1":"7","2":"1.0"}'],
    [
      'numbers in a map of texts that is JSON in text',
      '"texts":"{\\"1\\": 12345678901234567890}"',
      '"texts":{"1":"12345678901234567890"}',
    ],
    [
      'members of an object',
      '"address":{"street":5,"zip":10115,"floor":"3"}',
      '"address":{"street":"5","zip":"10115","floor":3}',
    ],
    ['either of two kinds as it is', '"either":7', '"either":7'],
  ])('%s', (_, given, expected) => {
    expect(only(given)).toBe(expected);
  });

  test('elements of a list, and a list that is JSON in text', () => {
    expect(coerced('{"text":"x","list":[1,"b"]}')).toBe('{"text":"x","list":["1","b"]}');
    expect(coerced('{"text":"x","list":"[1.0]"}')).toBe('{"text":"x","list":["1.0"]}');
  });

  test('all arguments together as JSON in text, or none', () => {
    expect(coerced(JSON.stringify('{"text":1,"note":""}'))).toBe('{"text":"1"}');
    expect(coerced('null')).toBe('{}');
    expect(coerced('""')).toBe('{}');
  });

  test.each([
    ['a number of more digits than a double holds', '"share":"12345678901234567890"'],
    ['text that is no number', '"count":"many"'],
    ['another base', '"count":"0x10"'],
    ['text that is no JSON', '"free":"{a: 1}"'],
    ['JSON of another kind', '"free":"[1]"'],
    ['text that a string would have to be', '"note":{"a":1}'],
    ['an unknown argument', '"colour":null'],
    ['free metadata', '"free":{"n":1.0,"text":"{\\"a\\":1}","big":12345678901234567890}'],
  ])('and left alone: %s', (_, given) => {
    expect(only(given)).toBe(given);
  });

  test('a member __proto__ stays a member, in text as well', () => {
    expect(only('"texts":{"__proto__":1}')).toBe('"texts":{"__proto__":"1"}');
    expect(only('"free":"{\\"__proto__\\":{\\"a\\":1}}"')).toBe('"free":{"__proto__":{"a":1}}');
    expect(coerced(`{${NEEDED},"constructor":1,"toString":null}`)).toBe(`{${NEEDED},"constructor":1,"toString":null}`);
  });
});

describe('JSON in text is refused', () => {
  test('that nests deeper than a body may', () => {
    const deep = `{"a":${'['.repeat(50_000)}${']'.repeat(50_000)}}`;
    expect(() => coerceArguments(SCHEMA, { free: deep })).toThrow(/arguments\.free: .*nested deeper than 100 levels/);
  });

  test('that holds what PostgreSQL does not store', () => {
    expect(() => coerceArguments(SCHEMA, { free: String.raw`{"a":"\u0000"}` })).toThrow(
      /arguments\.free\.a: .*U\+0000/,
    );
  });
});

describe('what is refused says which kind is wanted:', () => {
  test.each<[string, unknown, string[], string | undefined]>([
    ['null for a required one', { text: null }, ['text'], 'This argument is required and must not be null.'],
    ['an empty required one', { text: '' }, ['text'], 'This argument is required and must not be empty.'],
    ['an empty list', { list: '' }, ['list'], 'This argument is required and must not be empty.'],
    ['an object for text', { text: {} }, ['text'], 'Must be a string, not an object.'],
    [
      'other text for an object',
      { free: 'x' },
      ['free'],
      'Must be an object, or a string that holds one as JSON, not other text.',
    ],
    ['null in a map of texts', { texts: { 1: null } }, ['texts', '1'], 'Must be a string, not null.'],
    ['a list for a number', { count: [] }, ['count'], 'Must be a number, not a list.'],
    ['a list for them all', [], [], 'Must be an object, or a string that holds one as JSON, not a list.'],
    ['an element', { list: [{}] }, ['list', '0'], 'Must be a string, not an object.'],
    ['nothing of what is right', { text: 'x' }, ['text'], undefined],
    ['nothing of what is absent', {}, ['text'], undefined],
    ['nothing of what is unknown', { colour: 1 }, ['colour'], undefined],
    ['nothing of what takes any kind', { open: 1 }, ['open'], undefined],
  ])('%s', (_, given, path, expected) => {
    expect(kindProblem(SCHEMA, given, path)).toBe(expected);
  });
});
