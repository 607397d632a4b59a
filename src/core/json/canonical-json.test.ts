import { expect, test } from 'vitest';
import { canonicalJson } from './canonical-json.ts';

test.each([
  ['{"b":1,"a":[ 1.0, 1e2 ]}', '{ "a": [1, 100], "b": 1 }'],
  ['"\\u00e9"', '"é"'],
  ['1.00000000000000000', '1'],
  ['9007199254740993.0', '9007199254740993'],
  ['1e400', '10e399'],
  ['-0', '0'],
  ['{"a":{"c":1,"b":2}}', '{"a":{"b":2,"c":1}}'],
])('%s and %s mean the same', (one, other) => {
  expect(canonicalJson(one)).toBe(canonicalJson(other));
});

test.each([
  ['9007199254740993', '9007199254740992'],
  ['1', '"1"'],
  ['1e-400', '0'],
  ['1e400', '1e401'],
  ['0.1', '0.10000000000000000001'],
  ['[1,2]', '[2,1]'],
  ['{}', '[]'],
  ['null', '{}'],
])('%s and %s do not', (one, other) => {
  expect(canonicalJson(one)).not.toBe(canonicalJson(other));
});
