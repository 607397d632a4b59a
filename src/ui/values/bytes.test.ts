import { expect, test } from 'vitest';
import { bytes } from './bytes.ts';

test.each([
  [null, '–'],
  [-1, '–'],
  [0, '0 bytes'],
  [1, '1 byte'],
  [1023, '1023 bytes'],
  [1024, '1.0 KiB'],
  [1024 ** 2 - 1, '1.0 MiB'],
  [1_468_006, '1.4 MiB'],
  [5 * 1024 ** 4, '5.0 TiB'],
])('%s bytes are told as "%s"', (number, words) => {
  expect(bytes(number)).toBe(words);
});
