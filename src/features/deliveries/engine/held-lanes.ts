import { LEASE_SECONDS } from './claim-lanes.ts';
import type { Lease } from './keep-leases.ts';
import type { Lane } from './lane.ts';
import type { Result } from './record-results.ts';

/** How long before its end a lease counts as ended, for the time that a request takes to begin. */
const LEASE_MARGIN_MS = 500;

/** The lanes that this process holds, and what it lost of them while requests were under way. */
export type HeldLanes = {
  get: (id: string) => Lane | undefined;
  all: () => Lane[];
  count: () => number;
  /** A lane that was claimed: what was held under its id until now is lost. */
  hold: (lane: Lane) => void;
  /** Whether requests of a lane may begin: its lease is ours, and lasts. */
  isHeld: (lane: Lane) => boolean;
  /** Holds it no longer. */
  letGo: (lane: Lane) => void;
  /** Its lease is somebody else's, or is over: nothing begins any more, and what is under way is still recorded. */
  lose: (lane: Lane) => void;
  /** Forgets deliveries whose results are recorded. @returns the lanes that they were of. */
  recorded: (results: readonly Result[]) => Set<Lane>;
};

export function createHeldLanes(): HeldLanes {
  const held = new Map<string, Lane>();
  const lost = new Set<Lane>();

  /** Another one may have been claimed under its id since. */
  function letGo(lane: Lane): void {
    if (held.get(lane.id) === lane) held.delete(lane.id);
  }

  return {
    get: (id) => held.get(id),
    all: () => [...held.values()],
    count: () => held.size,
    hold(lane) {
      const before = held.get(lane.id);
      if (before) lost.add(before);
      held.set(lane.id, lane);
    },
    isHeld: (lane) => held.get(lane.id) === lane && performance.now() < lane.leaseEndsAt,
    letGo,
    lose(lane) {
      letGo(lane);
      lane.queue = [];
      if (lane.sending > 0) lost.add(lane);
    },
    recorded(results) {
      const touched = new Set<Lane>();
      for (const { subscription_id, delivery_id } of results) {
        const lane = held.get(subscription_id);
        if (lane) touched.add(lane);
        lane?.unrecorded.delete(delivery_id);
        for (const one of lost) if (one.id === subscription_id) one.unrecorded.delete(delivery_id);
      }
      for (const one of lost) if (one.unrecorded.size === 0) lost.delete(one);
      return touched;
    },
  };
}

export const leaseOf = ({ id, lease_token }: Lane): Lease => ({ subscription_id: id, lease_token });

/** When a lease ends that was asked for then, by `performance.now()`. */
export const leaseEnd = (askedAt: number): number => askedAt + LEASE_SECONDS * 1000 - LEASE_MARGIN_MS;
