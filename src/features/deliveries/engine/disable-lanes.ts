import { disableSubscription } from '#features/subscriptions/disable-subscription.ts';
import type { EngineParts } from './engine-parts.ts';
import { leaseOf } from './held-lanes.ts';
import { releaseLeases } from './keep-leases.ts';
import type { Lane } from './lane.ts';

export type LaneDisabling = {
  /** Begins nothing more in a lane, and disables its subscription. */
  disable: (id: string, reason: 'gone' | 'failing') => void;
  /** Resolves when all of it is done. */
  settled: () => Promise<unknown>;
};

export function createLaneDisabling({ platform, pool, lanes }: EngineParts): LaneDisabling {
  const underWay = new Set<Promise<void>>();

  async function disableAndLeave(id: string, reason: 'gone' | 'failing', lane: Lane | undefined): Promise<void> {
    try {
      await disableSubscription(platform, id, reason);
      if (!lane || lanes.get(id) !== lane) return;
      lanes.lose(lane);
      await releaseLeases(pool, [leaseOf(lane)]);
    } catch (error) {
      if (lane) lane.halted = false;
      platform.log.error(
        { err: error, subscription_id: id },
        'A webhook was not disabled; its next failure tries again',
      );
    }
  }

  return {
    disable(id, reason) {
      const lane = lanes.get(id);
      if (lane) lane.halted = true;
      const work = disableAndLeave(id, reason, lane);
      underWay.add(work);
      void work.finally(() => underWay.delete(work));
    },
    settled: () => Promise.all(underWay),
  };
}
