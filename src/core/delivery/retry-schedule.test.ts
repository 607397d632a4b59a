import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fullDelayMs, GIVE_UP_AFTER_HOURS, nextAttemptAt, RETRY_SCHEDULE, retryAfterAt } from './retry-schedule.ts';

const NOW = Date.parse('2026-01-01T00:00:00Z');
const DAY = GIVE_UP_AFTER_HOURS * 3_600_000;
const chance = fc.double({ min: 0, max: 1, noNaN: true });
const failure = { attempt: 1, now: NOW, deadlineAt: NOW + DAY, retryAfterAt: null, random: 0.5 };

test('the delays are 5 s, three times as long each time, and at most 4 h', () => {
  const delays = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map((attempt) => fullDelayMs(RETRY_SCHEDULE, attempt) / 1000);
  expect(delays).toEqual([5, 15, 45, 135, 405, 1215, 3645, 10935, 14400, 14400]);
});

test('half of a delay is fixed, half is chance', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 200 }), chance, (attempt, random) => {
      const at = nextAttemptAt(RETRY_SCHEDULE, { ...failure, attempt, random });
      const full = fullDelayMs(RETRY_SCHEDULE, attempt);
      expect(at).toBeGreaterThanOrEqual(NOW + full / 2);
      expect(at).toBeLessThanOrEqual(NOW + full);
    }),
  );
});

test('no attempt is due after the deadline, whatever the receiver asks for', () => {
  const times = fc.record({
    attempt: fc.integer({ min: 1, max: 50 }),
    now: fc.integer({ min: NOW, max: NOW + DAY }),
    random: chance,
    retryAfterAt: fc.option(fc.integer({ min: NOW, max: NOW + 3 * DAY })),
  });
  fc.assert(
    fc.property(times, (given) => {
      const at = nextAttemptAt(RETRY_SCHEDULE, { ...failure, ...given });
      if (at === null) return;
      expect(at).toBeGreaterThan(given.now);
      expect(at).toBeLessThanOrEqual(NOW + DAY);
    }),
  );
});

test('Retry-After moves the next attempt later, never sooner', () => {
  const later = nextAttemptAt(RETRY_SCHEDULE, { ...failure, retryAfterAt: NOW + 600_000 });
  expect(later).toBe(NOW + 600_000);
  expect(nextAttemptAt(RETRY_SCHEDULE, { ...failure, retryAfterAt: NOW + 1000 })).toBe(NOW + 3750);
});

test('a Retry-After past the deadline gives one last attempt at the deadline, and then none', () => {
  const late = { ...failure, retryAfterAt: NOW + 3 * DAY };
  const last = nextAttemptAt(RETRY_SCHEDULE, late);
  expect(last).toBe(NOW + DAY - 1000);
  expect(nextAttemptAt(RETRY_SCHEDULE, { ...late, attempt: 2, now: NOW + DAY - 1000 })).toBeNull();
});

describe('Retry-After', () => {
  test.each([
    ['120', NOW + 120_000],
    [' 5 ', NOW + 5_000],
    ['Thu, 01 Jan 2026 00:01:00 GMT', NOW + 60_000],
    ['Thursday, 01-Jan-26 00:01:00 GMT', NOW + 60_000],
    ['Thu Jan  1 00:01:00 2026', NOW + 60_000],
  ])('is read: %s', (header, at) => {
    expect(retryAfterAt(header, NOW)).toBe(at);
  });

  test.each(['', '0', '-5', '1.5', '1e3', 'soon', '2026-01-01', 'Wed, 31 Dec 2025 23:59:59 GMT', '99999999999', null])(
    'is ignored as nonsense or past: %s',
    (header) => {
      expect(retryAfterAt(header, NOW)).toBeNull();
    },
  );
});
