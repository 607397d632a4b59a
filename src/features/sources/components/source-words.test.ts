import { expect, test } from 'vitest';
import { bytes } from './source-words.ts';

test('a number of bytes is told in the largest unit that it fills', () => {
  expect([0, 1023, 1024, 1_500_000, 5 * 1024 ** 3].map(bytes)).toEqual([
    '0 bytes',
    '1023 bytes',
    '1.0 KiB',
    '1.4 MiB',
    '5.0 GiB',
  ]);
});
