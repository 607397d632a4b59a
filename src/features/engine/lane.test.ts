import { describe, expect, test, vi } from 'vitest';
import { FAILURES_TO_PROBE } from '#features/webhooks/row.ts';
import { until } from '#testing/until.ts';
import type { ClaimedLane } from './claim-lanes.ts';
import { createClock } from './clock.ts';
import { createHeldLanes, leaseEnd, leaseOf } from './held-lanes.ts';
import { createLane, forgetQueue, isIdle, type Lane, mostAtOnce, refillOf } from './lane.ts';
import { backOffAfterFailure, endBackoff, nextBackoffMs } from './probe-backoff.ts';
import { createRateLimit, tokensOf } from './rate-limit.ts';
import type { Result } from './record-results.ts';
import type { DueDelivery } from './refill-lanes.ts';

const LATER = Number.POSITIVE_INFINITY;

const claimed = (given: Partial<ClaimedLane> = {}): ClaimedLane => ({
  webhook_id: 'webhook',
  version: 1,
  target_url: 'https://receiver.example/',
  sealed_secret: null,
  sealed_previous_secret: null,
  previous_secret_until: null,
  sealed_headers: null,
  concurrency: 5,
  rate_limit: null,
  ordered: false,
  status: 'active',
  resumed_at: null,
  lease_token: 'token',
  consecutive_failures: 0,
  recall: 0,
  tokens: 0,
  tokens_age_s: null,
  database_now: new Date(),
  ...given,
});
const laneOf = (given: Partial<ClaimedLane> = {}): Lane => createLane(claimed(given), LATER);
const delivery = (id: string) => ({ id, calledOff: false }) as DueDelivery;
const resultOf = (webhook_id: string, delivery_id: string) =>
  ({ webhook_id, delivery_id, lease_token: 'old' }) as Result;

describe('a lane', () => {
  test('has its concurrency under way, or one while it is ordered or probed', () => {
    expect(mostAtOnce(laneOf())).toBe(5);
    expect(mostAtOnce(laneOf({ ordered: true }))).toBe(1);
    expect(mostAtOnce(laneOf({ consecutive_failures: FAILURES_TO_PROBE - 1 }))).toBe(5);
    expect(mostAtOnce(laneOf({ consecutive_failures: FAILURES_TO_PROBE }))).toBe(1);
  });

  test('reads ahead four times its concurrency, once less than its concurrency is queued', () => {
    const lane = laneOf();
    expect(refillOf(lane)).toBe(20);
    lane.queue = Array.from({ length: 4 }, (_, n) => delivery(String(n)));
    expect(refillOf(lane)).toBe(16);
    lane.queue.push(delivery('5'));
    expect(refillOf(lane)).toBe(0);
  });

  test('that is ordered reads one, when the one before is recorded', () => {
    const lane = laneOf({ ordered: true });
    expect(refillOf(lane)).toBe(1);
    lane.unrecorded.add('before');
    expect(refillOf(lane)).toBe(0);
  });

  test('is idle when nothing is unrecorded, read, or to be read', () => {
    const lane = laneOf();
    expect(isIdle(lane)).toBe(false);
    lane.wantsRefill = false;
    expect(isIdle(lane)).toBe(true);
    lane.refilling = true;
    expect(isIdle(lane)).toBe(false);
    lane.refilling = false;
    lane.unrecorded.add('delivery');
    expect(isIdle(lane)).toBe(false);
  });

  test('that forgets its queue may read the same deliveries again, but not those under way', () => {
    const lane = laneOf();
    lane.queue = [delivery('queued')];
    lane.unrecorded = new Set(['queued', 'under way']);
    forgetQueue(lane);
    expect(lane).toMatchObject({ queue: [], generation: 1 });
    expect([...lane.unrecorded]).toEqual(['under way']);
  });
});

describe('the rate limit of a lane', () => {
  test('goes on from what the holder before left, and is full without one', () => {
    expect(tokensOf(laneOf())).toBeNull();
    expect(tokensOf(laneOf({ tokens_age_s: 0 }))).toBeNull();
    expect(tokensOf(laneOf({ rate_limit: 100 }))).toBe(6);
    const left = tokensOf(laneOf({ rate_limit: 1_000, tokens: 2, tokens_age_s: 0.01 })) ?? 0;
    expect(left).toBeGreaterThanOrEqual(12);
    const full = tokensOf(laneOf({ rate_limit: 1, tokens: 0, tokens_age_s: 3_600 }));
    expect(full).toBe(1.05);
    expect(leaseOf(laneOf())).toEqual({ webhook_id: 'webhook', lease_token: 'token', tokens: null });
  });

  test('takes a token for each request, and says when there is another one', async () => {
    const onToken = vi.fn();
    const takes = createRateLimit(onToken);
    const lane = laneOf({ rate_limit: 20, tokens: 1, tokens_age_s: 0 });
    expect(takes(lane, 20)).toBe(true);
    expect(takes(lane, 20)).toBe(false);
    expect(onToken).not.toHaveBeenCalled();
    await until('there is a token', () => onToken.mock.calls.length > 0);
    expect(onToken).toHaveBeenCalledExactlyOnceWith(lane);
    expect(takes(lane, 20)).toBe(true);
    clearTimeout(lane.tokenTimer);
  });
});

describe('the backoff of a lane', () => {
  test('is twice the last one, from 10 ms to 200 ms', () => {
    expect([0, 10, 20, 100, 200].map(nextBackoffMs)).toEqual([10, 20, 40, 200, 200]);
  });

  test('begins with the failures from which on it is probed, once at a time, and ends by itself', async () => {
    const onEnd = vi.fn();
    const lane = laneOf({ consecutive_failures: FAILURES_TO_PROBE - 2 });
    backOffAfterFailure(lane, onEnd);
    expect(lane).toMatchObject({ consecutiveFailures: FAILURES_TO_PROBE - 1, backoff: undefined, lastBackoffMs: 0 });
    backOffAfterFailure(lane, onEnd);
    expect(lane).toMatchObject({ consecutiveFailures: FAILURES_TO_PROBE, lastBackoffMs: 10 });
    backOffAfterFailure(lane, onEnd);
    expect(lane).toMatchObject({ consecutiveFailures: FAILURES_TO_PROBE + 1, lastBackoffMs: 10 });
    await until('it has ended', () => onEnd.mock.calls.length > 0);
    expect(lane.backoff).toBeUndefined();
    backOffAfterFailure(lane, onEnd);
    expect(lane.lastBackoffMs).toBe(20);
    endBackoff(lane);
    expect(lane).toMatchObject({ consecutiveFailures: 0, backoff: undefined, lastBackoffMs: 0 });
    expect(onEnd).toHaveBeenCalledTimes(1);
  });
});

describe('the lanes that a process holds', () => {
  test('may send while their lease lasts, and not once they are lost', () => {
    const lanes = createHeldLanes();
    const lane = lanes.hold(claimed(), LATER);
    const over = lanes.hold(claimed({ webhook_id: 'over' }), performance.now() - 1);
    expect([lanes.isHeld(lane), lanes.isHeld(over)]).toEqual([true, false]);
    expect([lanes.get('webhook'), lanes.count(), lanes.all()]).toEqual([lane, 2, [lane, over]]);
    const underWay = delivery('under way');
    lane.underWay.add(underWay);
    lanes.lose(lane);
    expect([lanes.isHeld(lane), lanes.get('webhook'), lanes.count()]).toEqual([false, undefined, 1]);
    expect(underWay.calledOff).toBe(true);
  });

  test('that are claimed again know what is not recorded yet, and have the new lease and settings', () => {
    const lanes = createHeldLanes();
    const lane = lanes.hold(claimed(), LATER);
    lane.unrecorded.add('under way');
    lane.halted = true;
    lane.wantsRefill = false;
    lanes.lose(lane);
    const given = { lease_token: 'new', consecutive_failures: 3, recall: 7, concurrency: 2 };
    const again = lanes.hold(claimed(given), LATER);
    expect(again).toMatchObject({
      lease_token: 'new',
      consecutiveFailures: 3,
      recallSeen: 7,
      halted: false,
      wantsRefill: true,
      settings: { concurrency: 2 },
    });
    expect([...again.unrecorded]).toEqual(['under way']);
    expect(lanes.isHeld(again)).toBe(true);
    expect(lanes.tokenOf(resultOf('webhook', 'under way'))).toBe('new');
    expect(lanes.recorded([resultOf('webhook', 'under way')])).toEqual(new Set([again]));
    expect(again.unrecorded.size).toBe(0);
  });

  test('that were lost are forgotten when all of it is recorded', () => {
    const lanes = createHeldLanes();
    const lane = lanes.hold(claimed(), LATER);
    lane.unrecorded.add('one').add('other');
    lanes.lose(lane);
    expect(lanes.tokenOf(resultOf('webhook', 'one'))).toBe('old');
    expect(lanes.recorded([resultOf('webhook', 'one')])).toEqual(new Set());
    expect([...lane.unrecorded]).toEqual(['other']);
    lanes.recorded([resultOf('webhook', 'other')]);
    const fresh = lanes.hold(claimed(), LATER);
    expect(fresh).not.toBe(lane);
    lanes.lose(fresh);
    expect(lanes.hold(claimed(), LATER)).not.toBe(fresh);
  });

  test('that are claimed again take the fuller bucket of neither holder', () => {
    const lanes = createHeldLanes();
    const lane = lanes.hold(claimed({ rate_limit: 100, tokens: 4, tokens_age_s: 0 }), LATER);
    lane.unrecorded.add('under way');
    lanes.hold(claimed({ rate_limit: 100, tokens: 5, tokens_age_s: 0 }), LATER);
    expect(lane.bucket.tokens).toBe(4);
    lanes.hold(claimed({ rate_limit: 100, tokens: 1, tokens_age_s: 0 }), LATER);
    expect(lane.bucket.tokens).toBe(1);
  });

  test('count a lease as over half a second before it ends', () => {
    expect(leaseEnd(1_000)).toBe(10_500);
  });
});

test('the clock goes on from PostgreSQL’s time', () => {
  const clock = createClock();
  expect(clock.sqlNow()).toBeNull();
  expect(Math.abs(clock.now() - Date.now())).toBeLessThan(60_000);
  clock.adjust(new Date('2030-01-01T00:00:00Z'));
  const [first, second] = [clock.now(), clock.now()];
  expect(new Date(first).getUTCFullYear()).toBe(2030);
  expect(second).toBeGreaterThanOrEqual(first);
});
