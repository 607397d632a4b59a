import { expect, test } from 'vitest';
import { counted } from './counted.ts';

test.each([
  [0, '0 reports'],
  [1, '1 report'],
  [1204, '1,204 reports'],
])('%d is told as %s', (number, words) => {
  expect(counted(number, 'report')).toBe(words);
});

test('a noun may have a plural of its own', () => {
  expect(counted(2, 'entry', 'entries')).toBe('2 entries');
});
