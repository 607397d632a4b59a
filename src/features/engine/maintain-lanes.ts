import type { EngineParts } from './engine-parts.ts';
import { leaseEnd, leaseOf } from './held-lanes.ts';
import { releaseLeases, renewLeases } from './keep-leases.ts';
import { isIdle, type Lane } from './lane.ts';

/** How long a lane without work is kept, so that the next event finds it held. */
const KEPT_IDLE_MS = 2_000;

/** Prolongs the leases of all lanes; what is no longer ours is lost. @returns the lanes that were recalled meanwhile. */
export async function renewHeld({ pool, clock, lanes, outage }: EngineParts): Promise<Lane[]> {
  const held = lanes.all();
  if (held.length === 0) return [];
  const askedAt = performance.now();
  const tokens = held.map(({ lease_token }) => lease_token);
  try {
    const { kept, databaseNow } = await renewLeases(pool, held.map(leaseOf));
    if (databaseNow) clock.adjust(databaseNow);
    for (const [index, lane] of held.entries()) {
      // Claimed anew meanwhile: the answer is about the lease before.
      if (lane.lease_token !== tokens[index]) continue;
      if (kept.has(lane.id)) lane.leaseEndsAt = leaseEnd(askedAt);
      else if (lanes.get(lane.id) === lane) lanes.lose(lane);
    }
    return held.filter(({ id, recallSeen }) => (kept.get(id) ?? 0) > recallSeen);
  } catch (error) {
    outage.failed(error);
    return [];
  }
}

/** Gives back what was idle for a while; looks again at what is held. */
export async function releaseIdle(
  { pool, clock, lanes, outage }: EngineParts,
  loops: { open: (lane: Lane) => Promise<void>; refill: () => void; pump: (lane: Lane) => void },
): Promise<void> {
  const now = performance.now();
  const idle = lanes
    .all()
    .filter((lane) => isIdle(lane) && lane.idleSince !== null && now - lane.idleSince > KEPT_IDLE_MS);
  for (const lane of idle) lanes.lose(lane);
  for (const lane of lanes.all()) {
    const { previous_secret_until } = lane.settings;
    if (previous_secret_until && previous_secret_until.getTime() <= clock.now()) {
      lane.settings = { ...lane.settings, previous_secret_until: null };
      await loops.open(lane);
    }
    if (!lanes.isHeld(lane)) lanes.lose(lane);
    else if (lane.queue.length === 0 && !lane.refilling) {
      lane.wantsRefill = true;
      loops.refill();
    } else loops.pump(lane);
  }
  await releaseLeases(pool, idle.map(leaseOf)).catch(outage.failed);
}
