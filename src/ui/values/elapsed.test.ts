import { expect, test } from 'vitest';
import { duration, elapsed, exactDuration } from './elapsed.ts';

const now = Date.parse('2026-11-23T12:00:00.000Z');

test.each([
  ['2026-11-23T11:59:40.000Z', 'just now'],
  ['2026-11-23T11:59:00.000Z', '1 minute ago'],
  ['2026-11-23T09:00:01.000Z', '2 hours ago'],
  ['2026-11-20T12:00:00.000Z', '3 days ago'],
  ['2026-11-23T12:00:05.000Z', 'just now'],
  ['2027-02-23T12:00:00.000Z', 'in 3 months'],
  ['2027-02-21T11:59:59.000Z', 'in 3 months'],
])('%s is told as "%s"', (at, words) => {
  expect(elapsed(Date.parse(at), now)).toBe(words);
});

test.each([
  [null, '–'],
  [-5, '–'],
  [Number.NaN, '–'],
  [0, '0 ms'],
  [0.2, '< 1 ms'],
  [999, '999 ms'],
  [999.6, '1.0 s'],
  [1400, '1.4 s'],
  [9_960, '10 s'],
  [30_000, '30 s'],
  [59_700, '1 min'],
  [601_940, '10 min 2 s'],
  [3_599_700, '1 h'],
  [3_599_400, '59 min 59 s'],
  [11_100_000, '3 h 5 min'],
  [86_399_999, '1 d'],
  [187_200_000, '2 d 4 h'],
  [86_400_000 * 4_000, '4,000 d'],
])('a duration of %s milliseconds is told as "%s"', (ms, words) => {
  expect(duration(ms)).toBe(words);
});

test('a duration is exact on hover', () => {
  expect(exactDuration(601_940)).toBe('601,940 ms');
  expect(exactDuration(null)).toBeUndefined();
});
