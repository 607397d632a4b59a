import { expect, test } from 'vitest';
import { cleanEscapes, isStorable, storable, unstorablePath } from './storable-text.ts';

test.each([
  [String.raw`{"a":"\u0000"}`, { a: '\uFFFD' }],
  [String.raw`{"\u0000":1}`, { '\uFFFD': 1 }],
  [String.raw`"\\u0000"`, String.raw`\u0000`],
  [String.raw`"\\\u0000"`, '\\\uFFFD'],
  [String.raw`"\ud83d\ude00"`, '😀'],
  [String.raw`"\uD83D"`, '\uFFFD'],
  [String.raw`"\ude00\ud83d"`, '\uFFFD\uFFFD'],
  [String.raw`"\ud83d\ud83d\ude00"`, '\uFFFD😀'],
  [String.raw`"\ud83dx\n\"\u0041"`, '\uFFFDx\n"A'],
])('the escapes of %s are cleaned, and nothing else', (json, value) => {
  expect(JSON.parse(cleanEscapes(json))).toEqual(value);
});

test('a text that can be stored stays as it is', () => {
  for (const text of ['', 'a', '😀', '\uFFFD', '\u0001'])
    expect([isStorable(text), storable(text)]).toEqual([true, text]);
  for (const text of ['\0', '\uD83D', '\uDE00\uD83D'])
    expect([isStorable(text), isStorable(storable(text))]).toEqual([false, true]);
});

test('the path of the first unstorable text is told, at any depth and without recursion', () => {
  expect(unstorablePath({ a: 1, b: [{ c: 'x' }, { c: '\0' }], d: '\0' })).toEqual(['b', '1', 'c']);
  expect(unstorablePath({ a: { 'x\0': 1 } })).toEqual(['a']);
  expect(unstorablePath('\uD800', ['data'])).toEqual(['data']);
  expect(unstorablePath({ a: ['x', null, 3, true] })).toBeNull();
  const deep = JSON.parse(`${'['.repeat(100_000)}"x"${']'.repeat(100_000)}`);
  expect(unstorablePath(deep)).toBeNull();
});
