import { type ClaimedLane, LEASE_SECONDS } from './claim-lanes.ts';
import type { Lease } from './keep-leases.ts';
import { createLane, forgetQueue, type Lane } from './lane.ts';
import { tokensOf } from './rate-limit.ts';
import type { Result } from './record-results.ts';

/** How long before its end a lease counts as ended, for the time that a request takes to begin. */
const LEASE_MARGIN_MS = 500;

/** The lanes that this process holds, and those it lost of which something is not recorded yet. */
export type HeldLanes = {
  get: (id: string) => Lane | undefined;
  all: () => Lane[];
  count: () => number;
  /**
   * A lane that was claimed. One that was lost before goes on as it was: what of it is under way, or has ended and is not
   * recorded yet, is not sent a second time.
   */
  hold: (claimed: ClaimedLane, leaseEndsAt: number) => Lane;
  /** Whether requests of a lane may begin: its lease is ours, and lasts. */
  isHeld: (lane: Lane) => boolean;
  /** Its lease is somebody else's, or is over: nothing begins any more, and what is under way is still recorded. */
  lose: (lane: Lane) => void;
  /** The token to record a result with: of the lease that this process has now, if it has one. */
  tokenOf: (result: Result) => string;
  /** Forgets deliveries whose results are recorded. @returns the lanes that they were of. */
  recorded: (results: readonly Result[]) => Set<Lane>;
};

export function createHeldLanes(): HeldLanes {
  const held = new Map<string, Lane>();
  const lost = new Map<string, Lane>();

  function lose(lane: Lane): void {
    clearTimeout(lane.tokenTimer);
    if (held.get(lane.id) === lane) held.delete(lane.id);
    forgetQueue(lane);
    for (const delivery of lane.underWay) delivery.calledOff = true;
    if (lane.unrecorded.size > 0) lost.set(lane.id, lane);
  }

  return {
    get: (id) => held.get(id),
    all: () => [...held.values()],
    count: () => held.size,
    hold(claimed, leaseEndsAt) {
      const id = claimed.webhook_id;
      const fresh = createLane(claimed, leaseEndsAt);
      const before = held.get(id) ?? lost.get(id);
      if (before) lose(before);
      const lane = before
        ? Object.assign(before, {
            lease_token: fresh.lease_token,
            leaseEndsAt,
            settings: fresh.settings,
            keys: null,
            consecutiveFailures: fresh.consecutiveFailures,
            recallSeen: fresh.recallSeen,
            halted: false,
            wantsRefill: true,
            idleSince: null,
            // What this process took last may not be in the lane's row.
            bucket: fresh.bucket.tokens < before.bucket.tokens ? fresh.bucket : before.bucket,
          })
        : fresh;
      lost.delete(id);
      held.set(id, lane);
      return lane;
    },
    isHeld: (lane) => held.get(lane.id) === lane && performance.now() < lane.leaseEndsAt,
    lose,
    tokenOf: ({ webhook_id, lease_token }) => held.get(webhook_id)?.lease_token ?? lease_token,
    recorded(results) {
      const touched = new Set<Lane>();
      for (const { webhook_id, delivery_id } of results) {
        const lane = held.get(webhook_id);
        if (lane) touched.add(lane);
        lane?.unrecorded.delete(delivery_id);
        const before = lost.get(webhook_id);
        before?.unrecorded.delete(delivery_id);
        if (before?.unrecorded.size === 0) lost.delete(webhook_id);
      }
      return touched;
    },
  };
}

export const leaseOf = (lane: Lane): Lease => ({
  webhook_id: lane.id,
  lease_token: lane.lease_token,
  tokens: tokensOf(lane),
});

/** When a lease ends that was asked for then, by `performance.now()`. */
export const leaseEnd = (askedAt: number): number => askedAt + LEASE_SECONDS * 1000 - LEASE_MARGIN_MS;
