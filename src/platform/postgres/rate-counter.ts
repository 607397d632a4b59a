import type pg from 'pg';
import { RateLimiterMemory, RateLimiterPostgres, RateLimiterRes } from 'rate-limiter-flexible';

type Options = {
  /** Of its rows in `rate_limit`. */
  name: string;
  /** How many a window takes; without, the caller judges. */
  most?: number;
  windowSeconds: number;
  /** Whether each process counts by itself while PostgreSQL does not answer. */
  countsInOutage?: boolean;
};

/** How many a key's window holds with this one, whether that is more than it takes, and in how many seconds it ends, 1 at the least. */
export type Counted = { count: number; isTooMany: boolean; seconds: number };

export type RateCounter = {
  /** Counts one more. @throws DatabaseError */
  take(key: string): Promise<Counted>;
  /** Takes one off. */
  giveBack(key: string): Promise<void>;
  /** Begins anew. */
  clear(key: string): Promise<void>;
};

/** Counts in PostgreSQL, so that all processes count together. */
export function createRateCounter(
  pool: pg.Pool,
  { name, most = Number.MAX_SAFE_INTEGER, windowSeconds, countsInOutage = false }: Options,
): RateCounter {
  const options = { keyPrefix: name, points: most, duration: windowSeconds };
  const limiter = new RateLimiterPostgres({
    ...options,
    storeClient: pool,
    storeType: 'pool',
    tableName: 'rate_limit',
    tableCreated: true,
    ...(countsInOutage && { insuranceLimiter: new RateLimiterMemory(options) }),
  });
  const counted = ({ consumedPoints, msBeforeNext }: RateLimiterRes, isTooMany: boolean): Counted => ({
    count: consumedPoints,
    isTooMany,
    seconds: Math.max(1, Math.ceil(msBeforeNext / 1000)),
  });
  return {
    async take(key) {
      try {
        return counted(await limiter.consume(key), false);
      } catch (refusal) {
        if (refusal instanceof RateLimiterRes) return counted(refusal, true);
        throw refusal;
      }
    },
    async giveBack(key) {
      await limiter.reward(key);
    },
    async clear(key) {
      await limiter.delete(key);
    },
  };
}
