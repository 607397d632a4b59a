import type { EngineParts } from './engine-parts.ts';
import { leaseEnd, leaseOf } from './held-lanes.ts';
import { releaseLeases, renewLeases } from './keep-leases.ts';
import { isIdle, type Lane } from './lane.ts';

/** How long a lane without work is kept, so that the next event finds it held. */
const LINGER_MS = 2_000;

/** Prolongs the leases of all lanes; what is no longer ours is lost. */
export async function renewHeld({ pool, clock, lanes, outage }: EngineParts): Promise<void> {
  const held = lanes.all();
  if (held.length === 0) return;
  const askedAt = performance.now();
  try {
    const { kept, databaseNow } = await renewLeases(pool, held.map(leaseOf));
    if (databaseNow) clock.adjust(databaseNow);
    for (const lane of held) {
      if (kept.has(lane.id)) lane.leaseEndsAt = leaseEnd(askedAt);
      else if (lanes.get(lane.id) === lane) lanes.lose(lane);
    }
  } catch (error) {
    outage.failed(error);
  }
}

/** Gives back what was idle for a while; looks again at what is held. */
export async function tidyHeld(
  { pool, clock, lanes, outage }: EngineParts,
  loops: { open: (lane: Lane) => Promise<void>; refill: () => void; pump: (lane: Lane) => void },
): Promise<void> {
  const now = performance.now();
  const idle = lanes
    .all()
    .filter((lane) => isIdle(lane) && lane.idleSince !== null && now - lane.idleSince > LINGER_MS);
  for (const lane of idle) lanes.letGo(lane);
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
