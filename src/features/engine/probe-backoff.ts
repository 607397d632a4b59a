import { FAILURES_TO_PROBE } from '#features/webhooks/row.ts';
import type { Lane } from './lane.ts';

const FIRST_BACKOFF_MS = 10;
/** Short enough that a receiver which refuses most requests, and not all, still gets some each second. */
const MOST_BACKOFF_MS = 200;

/** The backoff after a probe that failed: twice as long as the last one. */
export const nextBackoffMs = (lastBackoffMs: number): number =>
  Math.min(Math.max(2 * lastBackoffMs, FIRST_BACKOFF_MS), MOST_BACKOFF_MS);

/**
 * Counts a failure, and delays the next probe of a lane that is probed: a receiver that refuses at once would otherwise get
 * hundreds of requests a second.
 * @param onEnd called when the next probe may begin.
 */
export function backOffAfterFailure(lane: Lane, onEnd: () => void): void {
  lane.consecutiveFailures += 1;
  if (lane.consecutiveFailures < FAILURES_TO_PROBE || lane.backoff) return;
  lane.lastBackoffMs = nextBackoffMs(lane.lastBackoffMs);
  lane.backoff = setTimeout(() => {
    lane.backoff = undefined;
    onEnd();
  }, lane.lastBackoffMs);
}

/** The lane begins without failures: a request succeeded, or its webhook was resumed. */
export function endBackoff(lane: Lane): void {
  clearTimeout(lane.backoff);
  lane.backoff = undefined;
  lane.lastBackoffMs = 0;
  lane.consecutiveFailures = 0;
}
