import { expect, test } from 'vitest';
import { plannedAttempts, untilWords } from './delivery-plan.tsx';

const NOW = Date.parse('2026-01-01T00:00:00Z');
const HOUR_MS = 3_600_000;

test('the plan ends at the deadline, and its steps grow to four hours', () => {
  const planned = plannedAttempts(NOW, 0, NOW + 24 * HOUR_MS);
  expect(planned[0]).toBe(NOW);
  expect(planned.at(-1)).toBeLessThanOrEqual(NOW + 24 * HOUR_MS);
  const steps = planned.slice(1).map((at, index) => at - (planned[index] ?? 0));
  expect(steps).toEqual(steps.toSorted((a, b) => a - b));
  expect(Math.max(...steps)).toBe(3 * HOUR_MS);
});

test.each([
  [NOW - 1, 'now'],
  [NOW + 11_200, 'in 12 s'],
  [NOW + 2 * HOUR_MS, 'in 2 hours'],
])('a time is counted down to: %d', (at, words) => {
  expect(untilWords(at, NOW)).toBe(words);
});
