import { expect, test } from 'vitest';
import { compareNumbers, ExactNumber, numberOf, parseExactly } from './exact-number.ts';

const ASCENDING = [
  '-1e400',
  '-9007199254740993',
  '-9007199254740992',
  '-1',
  '-0.1',
  '-1e-400',
  '0',
  '1e-400',
  '0.1',
  '0.10000000000000000001',
  '1',
  '1.00000000000000000001',
  '653247040368672767',
  '653247040368672768',
  '653247040368672769',
  '1e400',
  '1.1e400',
];

test('numbers are compared by value, however many digits they have', () => {
  for (const [n, one] of ASCENDING.entries())
    for (const [m, other] of ASCENDING.entries())
      expect([one, other, Math.sign(compareNumbers(numberOf(one), numberOf(other)))]).toEqual([
        one,
        other,
        Math.sign(n - m),
      ]);
});

test.each([
  ['1', '1.00000000000000000000'],
  ['1e3', '1000'],
  ['0', '-0.000e99'],
  ['1e400', '10E399'],
  ['12345678901234567890', '1234567890123456789e1'],
])('%s and %s are the same number', (one, other) => {
  expect(compareNumbers(numberOf(one), numberOf(other))).toBe(0);
  expect(new ExactNumber(one).canonical).toBe(new ExactNumber(other).canonical);
});

test('what a double holds is a double, and the rest keeps its digits', () => {
  expect(parseExactly('{"a":1.5,"b":9007199254740993,"c":"12345678901234567890","d":1e2}')).toEqual({
    a: 1.5,
    b: new ExactNumber('9007199254740993'),
    c: '12345678901234567890',
    d: 100,
  });
});
