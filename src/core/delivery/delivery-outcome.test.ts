import { describe, expect, test } from 'vitest';
import { deliveryOutcome } from './delivery-outcome.ts';
import { GIVE_UP_AFTER_HOURS, RETRY_SCHEDULE } from './retry-schedule.ts';

const NOW = Date.parse('2026-01-01T00:00:00Z');
const attempted = {
  status: null,
  failed: false,
  retryAfter: null,
  attempt: 1,
  now: NOW,
  deadlineAt: NOW + GIVE_UP_AFTER_HOURS * 3_600_000,
  random: 0,
};
const outcomeOf = (given: Partial<Parameters<typeof deliveryOutcome>[1]>) =>
  deliveryOutcome(RETRY_SCHEDULE, { ...attempted, ...given });

test.each([200, 201, 204, 299])('%d delivers', (status) => {
  expect(outcomeOf({ status })).toEqual({ outcome: 'delivered' });
});

test('a 2xx that did not end well is tried again', () => {
  expect(outcomeOf({ status: 200, failed: true })).toEqual({ outcome: 'retry', at: NOW + 2500 });
});

test.each([null, 100, 199, 300, 301, 302, 307, 308, 400, 401, 403, 404, 408, 409, 411, 422, 429, 500, 502, 503, 504])(
  '%s is tried again',
  (status) => {
    expect(outcomeOf({ status })).toEqual({ outcome: 'retry', at: NOW + 2500 });
  },
);

test('410 gives up at once', () => {
  expect(outcomeOf({ status: 410 })).toEqual({ outcome: 'failed', reason: 'gone' });
});

test('past the deadline there is no further attempt', () => {
  expect(outcomeOf({ status: 500, deadlineAt: NOW + 1000 })).toEqual({ outcome: 'failed', reason: 'expired' });
});

describe('Retry-After', () => {
  test.each([429, 503])('counts on %d', (status) => {
    expect(outcomeOf({ status, retryAfter: '60' })).toEqual({ outcome: 'retry', at: NOW + 60_000 });
  });

  test.each([500, 301, 404])('is ignored on %d', (status) => {
    expect(outcomeOf({ status, retryAfter: '60' })).toEqual({ outcome: 'retry', at: NOW + 2500 });
  });
});
