import { expect, test } from 'vitest';
import { deliverySentence } from './delivery-sentence.ts';

const NOW = Date.parse('2026-12-01T14:05:12.000Z');
const delivery = {
  status: 'pending' as const,
  reason: null,
  attempt_count: 0,
  created_at: '2026-12-01T14:05:00.000Z',
  next_attempt_at: '2026-12-01T14:05:00.000Z',
  last_attempt_at: null,
  last_status: null,
  last_error_code: null,
};

test('a sentence says what happened to a delivery and what happens next', () => {
  const say = (more: Partial<Parameters<typeof deliverySentence>[0]>) =>
    deliverySentence({ ...delivery, ...more }, NOW);
  expect(say({})).toBe('Not sent yet. The first attempt is due now.');
  expect(
    say({
      attempt_count: 3,
      last_status: 500,
      last_error_code: 'http_error',
      next_attempt_at: '2026-12-01T14:09:12.000Z',
    }),
  ).toBe('3 attempts failed. The last answer was 500. The next attempt is due in 4 min.');
  expect(say({ attempt_count: 1, last_error_code: 'timeout', next_attempt_at: '2026-12-01T14:05:20.000Z' })).toBe(
    '1 attempt failed. The last error was “timeout”. The next attempt is due in 8 s.',
  );
  expect(
    say({ status: 'delivered', attempt_count: 2, last_status: 204, last_attempt_at: '2026-12-01T14:05:01.200Z' }),
  ).toBe('The receiver answered 204 to attempt 2, 1.2 s after it was created.');
  expect(say({ status: 'failed', reason: 'expired', attempt_count: 9, last_status: 503 })).toBe(
    'Given up after 9 attempts: no success within 24 hours. The last answer was 503.',
  );
  expect(say({ status: 'cancelled', reason: 'disabled' })).toBe(
    'Cancelled before it was sent: the webhook was disabled.',
  );
});
