import { refilled, takeToken } from '#core/delivery/rate-bucket.ts';
import type { Lane } from './lane.ts';

/** At high rates a timer for each token would cost more than it is worth. */
const SHORTEST_WAIT_MS = 5;

/**
 * Keeps lanes to their rate limits. The bucket is the holder's, for nobody else sends in a lane; it goes from holder to
 * holder by the lane's row.
 * @param onToken called when a lane may ask again
 * @returns whether a lane may send one request more now, which takes its token
 */
export function createRateLimit(onToken: (lane: Lane) => void): (lane: Lane, rate: number) => boolean {
  return (lane, rate) => {
    const { bucket, waitMs } = takeToken(lane.bucket, rate, performance.now());
    lane.bucket = bucket;
    clearTimeout(lane.tokenTimer);
    if (waitMs === 0) return true;
    lane.tokenTimer = setTimeout(() => onToken(lane), Math.max(SHORTEST_WAIT_MS, Math.ceil(waitMs)));
    return false;
  };
}

/** What a lane's bucket holds now, for the next holder; null without a rate limit. */
export const tokensOf = ({ bucket, settings: { rate_limit } }: Lane): number | null =>
  rate_limit === null ? null : refilled(bucket, rate_limit, performance.now()).tokens;
