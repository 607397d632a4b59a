import { describe, expect, test } from 'vitest';
import { burstOf, type RateBucket, takeToken } from './rate-bucket.ts';

/** The same numbers each time, from 0 to 1 (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

type Simulated = {
  rate: number;
  forMs: number;
  /** How late a wake-up comes. */
  lateMs: () => number;
  /** How long nothing is asked for after a request, before the bucket is asked again. */
  pauseMs?: () => number;
  bucket?: RateBucket;
};

/** When the requests of a sender begin that asks, waits as long as it is told, and asks again. */
function simulate({ rate, forMs, lateMs, pauseMs = () => 0, bucket = { tokens: burstOf(rate), at: 0 } }: Simulated) {
  const starts: number[] = [];
  for (let now = 0; now < forMs; ) {
    const taken = takeToken(bucket, rate, now);
    bucket = taken.bucket;
    if (taken.waitMs > 0) {
      now += taken.waitMs + lateMs();
      continue;
    }
    starts.push(now);
    now += pauseMs();
  }
  return starts;
}

/** The most that begin in any second. */
function mostInASecond(starts: readonly number[]): number {
  let most = 0;
  for (let first = 0, last = 0; last < starts.length; last += 1) {
    while ((starts[last] ?? 0) - (starts[first] ?? 0) > 1000) first += 1;
    most = Math.max(most, last - first + 1);
  }
  return most;
}

describe.each([1, 2, 10, 33, 100, 1000])('a rate limit of %d', (rate) => {
  const most = Math.floor(rate + burstOf(rate));
  const random = seeded(rate);

  test('is never passed in any second by more than the documented burst, whatever the sender does', () => {
    for (let run = 0; run < 20; run += 1) {
      const idle = run % 3 === 0 ? 3_000 : 2_000 / rate;
      const starts = simulate({
        rate,
        forMs: 20_000,
        lateMs: () => random() * (run % 4) * 100,
        pauseMs: () => (random() < 0.1 ? random() * idle : 0),
      });
      expect(mostInASecond(starts)).toBeLessThanOrEqual(most);
      expect(starts.length).toBeGreaterThan(1);
    }
  });

  test('is used to 5 % over ten seconds by a sender that wakes up to 40 ms late', () => {
    const starts = simulate({ rate, forMs: 30_000, lateMs: () => random() * 40 });
    for (let from = 0; from <= 20_000; from += 500) {
      const count = starts.filter((at) => at >= from && at < from + 10_000).length;
      // A window may cut one request off at either end.
      expect(count).toBeGreaterThanOrEqual(Math.floor(0.95 * 10 * rate));
      expect(count).toBeLessThanOrEqual(Math.ceil(1.05 * 10 * rate) + (rate < 10 ? 1 : 0));
    }
  });
});

test('at 1 a second with a receiver that takes 900 ms, one begins each second', () => {
  const starts = simulate({ rate: 1, forMs: 20_500, lateMs: () => 2, pauseMs: () => 900 });
  expect(starts.length).toBeGreaterThanOrEqual(20);
  expect(starts.length).toBeLessThanOrEqual(22);
});

test('after a pause of any length at most the burst begins at once', () => {
  const bucket = { tokens: burstOf(10), at: 0 };
  let now = 3_600_000;
  const taken: number[] = [];
  for (let left: RateBucket = bucket; now < 3_601_000; ) {
    const { bucket: after, waitMs } = takeToken(left, 10, now);
    left = after;
    if (waitMs === 0) taken.push(now);
    now += waitMs;
  }
  expect(taken.filter((at) => at === 3_600_000)).toHaveLength(1);
  expect(taken.length).toBeLessThanOrEqual(11);
});

test('a clock that stands still or goes back adds no token', () => {
  expect(takeToken({ tokens: 0, at: 1_000 }, 10, 0)).toMatchObject({ waitMs: 100 });
  expect(takeToken({ tokens: 0.5, at: 1_000 }, 10, 1_000)).toMatchObject({ waitMs: 50 });
});
