import { expect, test } from 'vitest';
import { duration, elapsed } from './elapsed.ts';

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
  [0, '0 ms'],
  [999, '999 ms'],
  [1400, '1.4 s'],
  [30_000, '30 s'],
])('%d milliseconds are told as "%s"', (ms, words) => {
  expect(duration(ms)).toBe(words);
});
