import { FAILURES_TO_PROBE } from '#features/webhooks/row.ts';
import type { Lane } from './lane.ts';

const FIRST_REST_MS = 10;
/** Short enough that a receiver which refuses most of what it gets, and not all, still gets some of it each second. */
const MOST_REST_MS = 200;

/** How long a lane that is probed rests after a probe that failed: twice as long as the last time. */
export const restAfter = (lastRestMs: number): number =>
  Math.min(Math.max(2 * lastRestMs, FIRST_REST_MS), MOST_REST_MS);

/**
 * Counts a failure, and lets a lane rest that is probed: a receiver that refuses at once would else be asked hundreds of
 * times a second.
 * @param onEnd told when the next probe may begin.
 */
export function restAfterFailure(lane: Lane, onEnd: () => void): void {
  lane.consecutiveFailures += 1;
  if (lane.consecutiveFailures < FAILURES_TO_PROBE || lane.rest) return;
  lane.lastRestMs = restAfter(lane.lastRestMs);
  lane.rest = setTimeout(() => {
    lane.rest = undefined;
    onEnd();
  }, lane.lastRestMs);
}

/** It begins without failures: one request succeeded, or somebody has it resumed. */
export function endRest(lane: Lane): void {
  clearTimeout(lane.rest);
  lane.rest = undefined;
  lane.lastRestMs = 0;
  lane.consecutiveFailures = 0;
}
