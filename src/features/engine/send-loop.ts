import { egressAllowForWorker } from '#platform/config.ts';
import { attemptDelivery, expired } from './attempt-delivery.ts';
import { createConcurrencySlots } from './concurrency-slots.ts';
import type { EngineParts } from './engine-parts.ts';
import { isIdle, type Lane, type LaneKeys, mostAtOnce, refillOf } from './lane.ts';
import { backOffAfterFailure, endBackoff } from './probe-backoff.ts';
import { createRateLimit } from './rate-limit.ts';
import type { Result } from './record-results.ts';
import type { DueDelivery } from './refill-lanes.ts';

export type SendLoop = {
  /** Begins what of a lane may begin now. */
  pump: (lane: Lane) => void;
  /** Resolves when nothing is under way any more, or after so long. */
  quiet: (mostMs: number) => Promise<void>;
};

/** A request that takes longer than 250 ms gives its slot back. */
const CONCURRENCY_SLOTS = 128;
/** Of one lane, before others have their turn. */
const MOST_IN_A_TURN = 8;

/** Sends what is queued in lanes, each within its own bounds. */
export function createSendLoop(
  parts: EngineParts,
  {
    onResult,
    onWantsMore,
  }: {
    onResult: (result: Result) => void;
    /** A lane is to be refilled. */
    onWantsMore: () => void;
  },
): SendLoop {
  const { platform, clock, lanes, isStopping } = parts;
  const allow = egressAllowForWorker(platform.config);
  const hasToken = createRateLimit(pump);
  const slots = createConcurrencySlots(CONCURRENCY_SLOTS, () => {
    for (const lane of lanes.all()) if (lane.waitsForSlot) pump(lane);
  });
  let underWay = 0;
  let onQuiet: (() => void) | undefined;

  const mayBegin = (lane: Lane): boolean =>
    !isStopping() && !lane.halted && !lane.backoff && !lane.readingSettings && lanes.isHeld(lane);

  function pump(lane: Lane): void {
    lane.waitsForSlot = false;
    if (!lane.keys || !mayBegin(lane)) return;
    for (let begun = 0; lane.queue.length > 0 && lane.underWay.size < mostAtOnce(lane); begun += 1) {
      if (begun === MOST_IN_A_TURN) {
        pumpLater(lane);
        break;
      }
      if (slots.isFull(lane)) {
        lane.waitsForSlot = true;
        return;
      }
      const startedAt = clock.now();
      const delivery = lane.queue[0];
      const isOver = delivery !== undefined && startedAt > delivery.deadline_at;
      const { rate_limit } = lane.settings;
      // What ends without a request costs no token.
      if (!isOver && rate_limit !== null && !hasToken(lane, rate_limit)) return;
      lane.queue.shift();
      if (isOver) onResult(expired(lane, delivery));
      else if (delivery) begin(lane, lane.keys, delivery, startedAt);
    }
    if (refillOf(lane) > 0 && lane.wantsRefill) onWantsMore();
    if (isIdle(lane)) lane.idleSince ??= performance.now();
  }

  /** To begin requests takes time, which the other lanes have in between. */
  function pumpLater(lane: Lane): void {
    if (lane.pumpsLater) return;
    lane.pumpsLater = true;
    setImmediate(() => {
      lane.pumpsLater = false;
      pump(lane);
    });
  }

  function begin(lane: Lane, keys: LaneKeys, delivery: DueDelivery, startedAt: number): void {
    lane.underWay.add(delivery);
    underWay += 1;
    const free = slots.take(lane);
    void attempt(lane, keys, delivery, startedAt).finally(() => {
      free();
      lane.underWay.delete(delivery);
      underWay -= 1;
      if (underWay === 0) onQuiet?.();
      pump(lane);
    });
  }

  async function attempt(lane: Lane, keys: LaneKeys, delivery: DueDelivery, startedAt: number): Promise<void> {
    const result = await attemptDelivery(parts, allow, { lane, keys, delivery, startedAt });
    if (!result) {
      lane.unrecorded.delete(delivery.id);
      lane.wantsRefill = true;
      return;
    }
    // What another address did says nothing about the one that the webhook has now.
    if (result.target_url === lane.settings.target_url) {
      if (result.reason === 'gone') lane.halted = true;
      if (result.outcome === 'delivered') endBackoff(lane);
      else backOffAfterFailure(lane, () => pump(lane));
    }
    onResult(result);
  }

  return {
    pump,
    async quiet(mostMs) {
      if (underWay === 0) return;
      const { promise, resolve } = Promise.withResolvers<void>();
      onQuiet = resolve;
      const timer = setTimeout(resolve, mostMs);
      await promise;
      clearTimeout(timer);
    },
  };
}
