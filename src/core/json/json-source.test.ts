import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { elementSources, memberSource } from './json-source.ts';

const spaced = (value: unknown) =>
  fc.constantFrom(undefined, 1, '\t', ' \n ').map((space) => JSON.stringify(value, null, space) ?? 'null');

test('a member’s text is what JSON.parse reads there', () => {
  const objects = fc.dictionary(fc.string(), fc.jsonValue());
  fc.assert(
    fc.property(
      objects.chain((object) => fc.tuple(fc.constant(object), spaced(object))),
      ([object, json]) => {
        for (const [name, value] of Object.entries(object))
          expect(JSON.parse(memberSource(json, name) ?? '')).toEqual(JSON.parse(JSON.stringify(value)));
      },
    ),
  );
});

test('an array’s elements are what JSON.parse reads there', () => {
  fc.assert(
    fc.property(
      fc.array(fc.jsonValue()).chain((array) => fc.tuple(fc.constant(array), spaced(array))),
      ([array, json]) => {
        expect(elementSources(json).map((text) => JSON.parse(text))).toEqual(JSON.parse(JSON.stringify(array)));
      },
    ),
  );
});

describe('the text stays as it was written', () => {
  test.each([
    ['9007199254740993', '9007199254740993'],
    ['1.0', '1.0'],
    ['{"b":1e3 ,"a":"\\u00e9\\/"}', '{"b":1e3 ,"a":"\\u00e9\\/"}'],
    ['"a\\"}],"', '"a\\"}],"'],
    [' [ 1 , [2] ] ', '[ 1 , [2] ]'],
  ])('%s', (source, kept) => {
    expect(memberSource(`{"x": {"data": 0}, "data" :${source}, "y": [1]}`, 'data')).toBe(kept);
  });
});

test('the last of two members of one name counts, and what is not there is null', () => {
  expect(memberSource('{"a":1,"a":2}', 'a')).toBe('2');
  expect(memberSource('{"a":1}', 'b')).toBeNull();
  expect(memberSource('[1]', 'a')).toBeNull();
  expect(elementSources('{}')).toEqual([]);
});
