import { describe, expect, test } from 'vitest';
import { exactOf, isJsonObject, keepExact, readJson, writeJson } from './user-json.ts';

const SPELLINGS = [
  '653247040368672768',
  '9007199254740993',
  '-9007199254740993',
  '1e400',
  '-1E+400',
  '1e-400',
  '-0',
  '-0.0',
  '0.0',
  '1.0',
  '12.50',
  '1e3',
  '0.1000000000000000055',
  '0.0000001',
  '1e21',
  '100000000000000000000000',
];

test.each(SPELLINGS)('%s is written as it was read', (number) => {
  for (const json of [number, `[${number},1]`, `{"a":{"b":[${number}]},"c":"${number}"}`])
    expect(writeJson(readJson(json))).toBe(json);
});

test('what a double keeps is a plain number', () => {
  for (const number of ['0', '1', '-1', '0.5', '-0.5', '9007199254740991', '1e+21', '1e-7', '0.30000000000000004'])
    expect(typeof readJson(number)).toBe('number');
});

test('every number of up to 14 characters is a plain number, or is spelled otherwise', () => {
  for (const number of ['10', '1.5', '0.000001', '0.00000100', '0.0000012', '5.10', '-5', '-0.1', '-0', '10.01'])
    expect(writeJson(readJson(`{"n":${number}}`))).toBe(`{"n":${number}}`);
});

describe('names', () => {
  const json = '{"__proto__":{"admin":1e400},"constructor":{"prototype":1},"toString":2}';

  test('of a prototype are members like every other', () => {
    const value = readJson(json);
    expect(writeJson(value)).toBe(json);
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
    expect('admin' in (value as object)).toBe(false);
  });

  test('that are given twice count once, the last', () => {
    expect(writeJson(readJson('{"a":1e400,"a":2}'))).toBe('{"a":2}');
    expect(writeJson(readJson('{"a":2,"a":1e400}'))).toBe('{"a":1e400}');
  });
});

describe('a plain value that keeps its exact one', () => {
  const json = '{"count":5.0,"metadata":{"id":653247040368672768,"__proto__":[1e400]},"plain":{"a":1}}';
  const value = keepExact(JSON.parse(json), json);

  test('has plain numbers for schemas to check', () => {
    expect(value.count).toBe(5);
    expect(Object.keys(value)).toEqual(['count', 'metadata', 'plain']);
  });

  test('gives the exact one at each of its objects', () => {
    expect(writeJson(exactOf(value))).toBe(json);
    expect(writeJson(exactOf(value.metadata))).toBe('{"id":653247040368672768,"__proto__":[1e400]}');
    expect(exactOf(value.plain)).toBe(value.plain);
    expect(exactOf(5)).toBe(5);
  });

  test('is not told from others by JSON that names the mark', () => {
    expect(exactOf(JSON.parse('{"Symbol(honeyframe.exact_json)":{}}'))).toEqual({
      'Symbol(honeyframe.exact_json)': {},
    });
  });
});

test('an exact number is no object', () => {
  expect(isJsonObject(readJson('1e400'))).toBe(false);
  expect(isJsonObject(readJson('{}'))).toBe(true);
});
