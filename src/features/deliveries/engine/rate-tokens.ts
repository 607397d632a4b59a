import type { EngineParts } from './engine-parts.ts';
import { leaseOf } from './held-lanes.ts';
import { takeTokens } from './keep-leases.ts';
import { type Lane, mostAtOnce } from './lane.ts';

const SHORTEST_WAIT_MS = 5;

/**
 * Keeps lanes to their rate limits, by tokens of the bucket that all workers share.
 * @param onTokens told when a lane may ask again.
 * @returns whether a lane may send one request more; if not, tokens are on their way.
 */
export function createRateTokens(
  { pool, outage }: EngineParts,
  onTokens: (lane: Lane) => void,
): (lane: Lane, rate: number) => boolean {
  async function fetchTokens(lane: Lane, rate: number): Promise<void> {
    lane.takingTokens = true;
    try {
      const want = Math.min(lane.queue.length, mostAtOnce(lane) - lane.underWay.size);
      lane.tokens = await takeTokens(pool, leaseOf(lane), rate, Math.max(1, want));
    } catch (error) {
      outage.failed(error);
    }
    if (lane.tokens === 0) await new Promise((resolve) => setTimeout(resolve, Math.max(SHORTEST_WAIT_MS, 1000 / rate)));
    lane.takingTokens = false;
    onTokens(lane);
  }

  return (lane, rate) => {
    if (lane.tokens > 0) {
      lane.tokens -= 1;
      return true;
    }
    if (!lane.takingTokens) void fetchTokens(lane, rate);
    return false;
  };
}
