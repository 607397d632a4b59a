/** A token bucket (a request costs one token) as it was at a time, in milliseconds of a clock that only goes forward. */
export type RateBucket = { tokens: number; at: number };

/** How late a request may begin without that its turn is lost: timers and receivers are never exact. */
const LATENESS_SECONDS = 0.05;
/** What sums of fractions may lack of a whole token. */
const ROUNDING = 1e-9;

/**
 * The most tokens that a bucket of so many a second holds: one, and what accrues in the lateness that is made up for. In
 * any second at most `rate + burstOf(rate)` requests begin, rounded down. By hand: the bucket is two numbers that a worker
 * hands on with the queue it holds (decision 043), which no rate limiter's store does.
 */
export const burstOf = (rate: number): number => 1 + rate * LATENESS_SECONDS;

/** The bucket at a later time. A time that is before the bucket's adds nothing. */
export const refilled = ({ tokens, at }: RateBucket, rate: number, now: number): RateBucket => ({
  tokens: Math.min(burstOf(rate), tokens + (Math.max(0, now - at) / 1000) * rate),
  at: now,
});

/**
 * Takes the token of one request.
 * @param rate tokens a second
 * @returns the bucket after it, and 0; or, when there is no token yet, the milliseconds until there is one
 */
export function takeToken(bucket: RateBucket, rate: number, now: number): { bucket: RateBucket; waitMs: number } {
  const { tokens } = refilled(bucket, rate, now);
  if (tokens < 1 - ROUNDING) return { bucket: { tokens, at: now }, waitMs: ((1 - tokens) / rate) * 1000 };
  return { bucket: { tokens: tokens - 1, at: now }, waitMs: 0 };
}
