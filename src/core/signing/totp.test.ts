import { expect, test } from 'vitest';
import { totpStepOf } from './totp.ts';

// RFC 6238, appendix B, with the last six of its eight digits.
const KEY = Buffer.from('12345678901234567890');

test.each([
  [1_111_111_109, '081804'],
  [1_111_111_111, '050471'],
  [1_234_567_890, '005924'],
  [2_000_000_000, '279037'],
  [20_000_000_000, '353130'],
])('a code of second %d is found at its step, and one step before and after, as RFC 6238 has it', (second, code) => {
  const step = Math.floor(second / 30);
  for (const offset of [-30, 0, 30]) expect(totpStepOf(KEY, code, (second + offset) * 1000)).toBe(step);
  for (const offset of [-60, 60]) expect(totpStepOf(KEY, code, (second + offset) * 1000)).toBeNull();
});

test.each(['', '28708', '2870822', '٢٨٧٠٨٢', '28708x'])('%j is no code', (code) => {
  expect(totpStepOf(KEY, code, 59_000)).toBeNull();
});
