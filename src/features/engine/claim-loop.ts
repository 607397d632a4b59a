import { claimLanes } from './claim-lanes.ts';
import type { EngineParts } from './engine-parts.ts';
import { leaseEnd, leaseOf } from './held-lanes.ts';
import { releaseLeases } from './keep-leases.ts';
import type { Lane } from './lane.ts';

export type ClaimLoop = {
  /** Somebody says that there is work in these lanes; in any when null. */
  want: (ids: readonly string[] | null) => void;
  /** Resolves when the statement under way is answered; at the end, what it leased is given back by then. */
  settled: () => Promise<void>;
};

const MOST_LANES = 500;

/** Leases lanes that have work: one statement at a time, with what comes in meanwhile in the next one. */
export function createClaimLoop(
  { pool, clock, holder, lanes, outage, isStopping }: EngineParts,
  {
    onClaimed,
    onWork,
  }: {
    /** A lane that is held from now on. */
    onClaimed: (lane: Lane) => Promise<void>;
    /** There is work in a lane that was held before. */
    onWork: (lane: Lane) => void;
  },
): ClaimLoop {
  const wanted = new Set<string>();
  let wantsAll = false;
  let isScheduled = false;
  let claiming: Promise<void> | undefined;

  function schedule(): void {
    if (isScheduled || claiming || (!wantsAll && wanted.size === 0)) return;
    isScheduled = true;
    setImmediate(() => {
      isScheduled = false;
      const most = MOST_LANES - lanes.count();
      if (!isStopping() && most > 0) claiming = claim(most);
    });
  }

  async function claim(most: number): Promise<void> {
    const ids = wantsAll ? null : [...wanted];
    wantsAll = false;
    wanted.clear();
    try {
      await claimOf(ids, most);
      outage.ended();
    } catch (error) {
      outage.failed(error);
    } finally {
      claiming = undefined;
      if (!isStopping()) schedule();
    }
  }

  async function claimOf(ids: readonly string[] | null, most: number): Promise<void> {
    const askedAt = performance.now();
    for (const claimed of await claimLanes(pool, { now: clock.sqlNow(), most, holder, webhook_ids: ids })) {
      clock.adjust(claimed.database_now);
      const lane = lanes.hold(claimed, leaseEnd(askedAt));
      if (!isStopping()) await onClaimed(lane);
      else {
        lanes.lose(lane);
        await releaseLeases(pool, [leaseOf(lane)]);
      }
    }
  }

  return {
    want(ids) {
      if (isStopping()) return;
      if (ids === null) wantsAll = true;
      for (const id of ids ?? []) {
        const lane = lanes.get(id);
        if (lane) onWork(lane);
        else wanted.add(id);
      }
      schedule();
    },
    settled: async () => claiming,
  };
}
