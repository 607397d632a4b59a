import { expect, test } from 'vitest';
import { backlog, successRate } from './webhook-figures.ts';

test.each([
  [null, '–'],
  [1, '100 %'],
  [0.9999, '99.9 %'],
  [0, '0 %'],
])('a success rate of %s is %s', (success_rate, words) => {
  expect(successRate({ success_rate })).toBe(words);
});

test('a backlog past what is counted says so', () => {
  expect(backlog({ backlog: 10_001 })).toBe('10,000+');
  expect(backlog({ backlog: 1_234 })).toBe('1,234');
});
