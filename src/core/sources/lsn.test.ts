import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatLsn, parseLsn } from './lsn.ts';

test('a place in the log keeps its value through its text, and the order of places is that of numbers', () => {
  fc.assert(
    fc.property(fc.bigInt(0n, 2n ** 64n - 1n), (lsn) => {
      expect(parseLsn(formatLsn(lsn))).toBe(lsn);
    }),
  );
  expect(parseLsn('16/B374D848')).toBe(0x16b374d848n);
  expect(parseLsn('00000016/0374D848') < parseLsn('17/0')).toBe(true);
  expect(formatLsn(0x100000000n)).toBe('1/0');
});
