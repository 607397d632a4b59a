import { expect, test } from 'vitest';
import { timelineStep } from './timeline-step.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

test.each([
  ['an hour', HOUR_MS, MINUTE_MS],
  ['a day', DAY_MS, 30 * MINUTE_MS],
  ['a week', 7 * DAY_MS, 3 * HOUR_MS],
  ['a month', 30 * DAY_MS, 12 * HOUR_MS],
  ['a year', 365 * DAY_MS, 7 * DAY_MS],
  ['a second', 1_000, 1_000],
])('%s has bars that clocks show, and at most sixty', (_, length, step) => {
  expect(timelineStep(length)).toBe(step);
  expect(length / step).toBeLessThanOrEqual(60);
});
