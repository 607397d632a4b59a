import type { EngineParts } from './engine-parts.ts';
import { type Lane, refillOf } from './lane.ts';
import { type DueDelivery, FROM_THE_START, refillLanes } from './refill-lanes.ts';

export type RefillLoop = {
  /** There may be something due in a lane. */
  want: (lane: Lane) => void;
  /** Lanes that want it may be able to take more by now. */
  schedule: () => void;
};

const MOST_AT_ONCE = 2;
/** A backlog is read on from where the last read ended; what came in behind that place is found this often. */
const READ_FROM_START_MS = 1_000;

/** Reads what is due in the lanes that want it: all of them in one statement. */
export function createRefillLoop(
  { pool, clock, lanes, outage, isStopping }: EngineParts,
  {
    onSettings,
    onRefilled,
  }: {
    /** Lanes whose settings are older than what is due in them. */
    onSettings: (lanes: readonly Lane[]) => Promise<void>;
    onRefilled: (lane: Lane) => void;
  },
): RefillLoop {
  let underWay = 0;
  let isScheduled = false;

  function schedule(): void {
    if (isScheduled || underWay >= MOST_AT_ONCE || isStopping()) return;
    isScheduled = true;
    setImmediate(() => {
      isScheduled = false;
      void refill();
    });
  }

  async function refill(): Promise<void> {
    const wanting = lanes.all().filter((lane) => lane.wantsRefill && !lane.refilling && refillOf(lane) > 0);
    if (wanting.length === 0 || isStopping()) return;
    underWay += 1;
    try {
      await read(wanting);
      outage.ended();
    } catch (error) {
      // The sweep wants it again: whoever asked at once would ask all the time while PostgreSQL is away.
      outage.failed(error);
    } finally {
      underWay -= 1;
      for (const lane of wanting) {
        lane.refilling = false;
        onRefilled(lane);
      }
    }
  }

  async function read(wanting: readonly Lane[]): Promise<void> {
    const asked = wanting.map(ask);
    const generations = wanting.map(({ generation }) => generation);
    // What is under way is read again from the start only.
    const except = wanting.flatMap((lane) => (lane.after === FROM_THE_START ? [...lane.unrecorded] : []));
    const due = Map.groupBy(await refillLanes(pool, clock.sqlNow(), asked, except), (one) => one.webhook_id);
    const changed: Lane[] = [];
    for (const [index, lane] of wanting.entries()) {
      const found = due.get(lane.id) ?? [];
      const version = found[0]?.version;
      if (version !== undefined && version !== lane.settings.version) changed.push(lane);
      // What was read by other settings, or before what was read had to be dropped, is read again.
      if (lane.generation !== generations[index] || changed.at(-1) === lane) lane.wantsRefill = true;
      else take(lane, found, asked[index]?.want ?? 0);
    }
    if (changed.length > 0) await onSettings(changed);
  }

  return {
    want(lane) {
      lane.wantsRefill = true;
      lane.idleSince = null;
      schedule();
    },
    schedule,
  };
}

function ask(lane: Lane) {
  const now = performance.now();
  lane.refilling = true;
  lane.wantsRefill = false;
  if (now - lane.readFromStartAt > READ_FROM_START_MS) lane.after = FROM_THE_START;
  if (lane.after === FROM_THE_START) lane.readFromStartAt = now;
  return { webhook_id: lane.id, want: refillOf(lane), ...lane.after };
}

function take(lane: Lane, found: readonly DueDelivery[], want: number): void {
  for (const delivery of found) {
    if (lane.unrecorded.has(delivery.id)) continue;
    lane.unrecorded.add(delivery.id);
    lane.queue.push(delivery);
  }
  const last = found.at(-1);
  const mayBeMore = last && !lane.settings.ordered && (last.found >= want || last.found > found.length);
  lane.after = mayBeMore
    ? { after_at: new Date(last.next_attempt_at).toISOString(), after_id: last.id }
    : FROM_THE_START;
  if (mayBeMore) lane.wantsRefill = true;
}
