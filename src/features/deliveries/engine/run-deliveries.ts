import { hostname } from 'node:os';
import { openPool } from '#platform/database.ts';
import type { Platform } from '#platform/scope.ts';
import { createClaimLoop } from './claim-loop.ts';
import { type Clock, createClock } from './clock.ts';
import { createLaneDisabling } from './disable-lanes.ts';
import { createOutage, type EngineParts } from './engine-parts.ts';
import { createHeldLanes, leaseOf } from './held-lanes.ts';
import { releaseLeases } from './keep-leases.ts';
import type { Lane } from './lane.ts';
import { createLaneSettingsReader } from './lane-settings.ts';
import { type RecordedLane, type Result, recordResults } from './record-results.ts';
import { createRefillLoop } from './refill-loop.ts';
import { createResultBuffer } from './result-buffer.ts';
import { createSendLoop } from './send-loop.ts';
import { sweepDeliveries } from './sweep-deliveries.ts';
import { createChangeTelling } from './tell-changes.ts';
import { renewHeld, tidyHeld } from './tend-lanes.ts';

export type RunningDeliveries = {
  /** Begins nothing new, lets what is under way end for ten seconds, records it, and gives the lanes back. */
  stop(): Promise<void>;
};

type Options = { clock?: Clock; random?: () => number; sweepMs?: number };

const SWEEP_MS = 1_000;
const RENEW_MS = 3_000;
const UPKEEP_MS = 10_000;
const DRAIN_MS = 10_000;
/** Generic plans: the statements' parameters never change what plan is right, and planning is most of their cost. */
const SETTINGS = '-c plan_cache_mode=force_generic_plan -c jit=off';

/**
 * Delivers what is due: leases lanes, sends what is in them, and records what came of it. Any number of processes may do
 * this on one database. It asks when it is told of work, and each second by itself.
 */
export function runDeliveries(
  platform: Platform,
  { clock = createClock(), random = Math.random, sweepMs = SWEEP_MS }: Options = {},
): RunningDeliveries {
  const { log, live } = platform;
  const pool = openPool(String(platform.pool.options.connectionString), {
    poolSize: 6,
    log,
    name: 'honeyframe-webhooks deliveries',
    settings: SETTINGS,
  });
  const lanes = createHeldLanes();
  const outage = createOutage(platform);
  let stopping = false;
  const parts: EngineParts = { platform, pool, clock, random, lanes, outage, isStopping: () => stopping };

  const settings = createLaneSettingsReader(parts, (lane) => sends.pump(lane));
  const claims = createClaimLoop(parts, {
    holder: `${hostname()}:${process.pid}`,
    async onClaimed(lane) {
      await settings.open(lane);
      refills.want(lane);
    },
    onWork: (lane) => refills.want(lane),
  });
  const refills = createRefillLoop(parts, { onSettings: settings.readAgain, onRefilled: (lane) => sends.pump(lane) });
  const sends = createSendLoop(parts, {
    onResult: (result) => buffer.add(result),
    onWantsMore: () => refills.schedule(),
  });
  const buffer = createResultBuffer({
    record: (results) => recordResults(pool, clock.sqlNow(), results),
    onRecorded,
    onError: outage.failed,
  });
  const disabling = createLaneDisabling(parts);
  const changes = createChangeTelling(parts);

  function onRecorded(results: readonly Result[], recorded: readonly RecordedLane[]): void {
    outage.ended();
    for (const { subscription_id, worn_out } of recorded) if (worn_out) disabling.disable(subscription_id, 'failing');
    for (const { subscription_id, reason } of results)
      if (reason === 'gone') disabling.disable(subscription_id, 'gone');
    changes.tellLater(results);
    for (const lane of lanes.recorded(results)) {
      if (lane.settings.ordered) lane.wantsRefill = true;
      sends.pump(lane);
    }
  }

  function onSettings(ids: readonly string[] | null): void {
    const changed: Lane[] = ids ? ids.flatMap((id) => lanes.get(id) ?? []) : lanes.all();
    if (changed.length > 0 && !stopping) settings.readAgain(changed).catch(outage.failed);
  }

  const tidy = () => tidyHeld(parts, { open: settings.open, refill: refills.schedule, pump: sends.pump });
  const upkeep = () => sweepDeliveries(pool, clock.sqlNow()).then((ids) => live.tell('deliveries', ids), outage.failed);

  const unfollow = [live.follow('lanes', claims.want), live.follow('settings', onSettings)];
  claims.want(null);
  const sweep = setInterval(() => {
    claims.want(null);
    void tidy();
  }, sweepMs);
  const renewal = setInterval(() => void renewHeld(parts), RENEW_MS);
  const upkeeping = setInterval(() => void upkeep(), UPKEEP_MS);

  return {
    async stop() {
      stopping = true;
      for (const end of unfollow) end();
      clearInterval(sweep);
      clearInterval(upkeeping);
      const held = lanes.all();
      for (const lane of held) lane.queue = [];
      const quiet = held.filter(({ sending }) => sending === 0);
      await releaseLeases(pool, quiet.map(leaseOf)).catch(outage.failed);
      await sends.quiet(DRAIN_MS);
      await buffer.drain();
      changes.tellNow();
      await disabling.settled();
      clearInterval(renewal);
      await releaseLeases(pool, held.map(leaseOf)).catch(outage.failed);
      await pool.end();
    },
  };
}
