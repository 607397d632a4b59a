import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { networkOf } from '#core/client-address.ts';

export type ReportLimit = {
  /** Takes one report of a client. @returns null, or in how many seconds it may send again. */
  take(address: string | null): Promise<number | null>;
  /** Takes the other reports of a batch that was let in. */
  takeMore(address: string | null, reports: number): void;
};

/** How many reports a client may send in a minute, counted in this process's memory. */
export function createReportLimit(reportsPerMinute: number): ReportLimit {
  const limiter = new RateLimiterMemory({ points: reportsPerMinute, duration: 60 });
  const keyOf = (address: string | null) => (address === null ? 'unknown' : networkOf(address));
  return {
    async take(address) {
      try {
        await limiter.consume(keyOf(address));
        return null;
      } catch (refusal) {
        if (!(refusal instanceof RateLimiterRes)) throw refusal;
        return Math.max(1, Math.ceil(refusal.msBeforeNext / 1000));
      }
    },
    takeMore(address, reports) {
      if (reports > 0) void limiter.penalty(keyOf(address), reports);
    },
  };
}
