import { expect, test } from 'vitest';
import { axisTime, barTime, stepWords } from './timeline-words.ts';

test.each([
  [1_000, '1 second'],
  [30_000, '30 seconds'],
  [60_000, '1 minute'],
  [1_800_000, '30 minutes'],
  [3_600_000, '1 hour'],
  [43_200_000, '12 hours'],
  [86_400_000, '1 day'],
  [172_800_000, '2 days'],
])('%d ms are %s', (stepMs, words) => {
  expect(stepWords(stepMs)).toBe(words);
});

test('the axis tells the time as exactly as the bars are long', () => {
  const at = '2026-11-23T09:30:00.000Z';
  expect(axisTime(at, 60_000)).toMatch(/^\d\d:\d\d$/);
  expect(axisTime(at, 3_600_000)).toMatch(/^Nov 2\d, \d\d:\d\d$/);
  expect(axisTime(at, 86_400_000)).toMatch(/^Nov 2\d$/);
  expect(barTime(at, 60_000)).toMatch(/^Nov 2\d, \d\d:\d\d$/);
  expect(barTime(at, 86_400_000)).toMatch(/^Nov 2\d$/);
});
