import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { openPool } from '#platform/postgres/database.ts';
import type { Platform } from '#platform/scope.ts';
import { answerRecalls } from './answer-recalls.ts';
import { createClaimLoop } from './claim-loop.ts';
import { type Clock, createClock } from './clock.ts';
import { createLaneDisabling } from './disable-lanes.ts';
import { createOutage, type EngineParts } from './engine-parts.ts';
import { createHeldLanes, leaseOf } from './held-lanes.ts';
import { releaseLeases } from './keep-leases.ts';
import { forgetQueue, type Lane } from './lane.ts';
import { createLaneSettingsReader } from './lane-settings.ts';
import { releaseIdle, renewHeld } from './maintain-lanes.ts';
import { createChangeNotices } from './notify-changes.ts';
import { ensurePartitions } from './partitions.ts';
import { findRecorded, type RecordedLane, type Result, recordResults, runnerOn } from './record-results.ts';
import { createRefillLoop } from './refill-loop.ts';
import { createResultBuffer } from './result-buffer.ts';
import { createSendLoop } from './send-loop.ts';
import { createSenderHealth } from './sender-health.ts';
import { countSetAside, setAsideResult } from './set-aside.ts';
import { createSweeping } from './sweep-deliveries.ts';
import { createResultTaking } from './take-results.ts';

export type RunningDeliveries = {
  /** Begins nothing new, lets what is under way end for ten seconds, records it, and gives the lanes back. */
  stop(): Promise<void>;
};

type Options = { clock?: Clock; random?: () => number; sweepMs?: number; upkeepMs?: number };

const SWEEP_MS = 1_000;
const RENEW_MS = 3_000;
const UPKEEP_MS = 10_000;
const DRAIN_MS = 10_000;
const FINISH_MS = 3_000;
/** Generic plans: the statements' parameters never change what plan is right, and planning is most of their cost. */
const SETTINGS = '-c plan_cache_mode=force_generic_plan -c jit=off';

/**
 * Delivers what is due: leases lanes, sends what is in them, and records what came of it. Any number of processes may do
 * this on one database. It looks for work when it is notified, and each second by itself.
 */
export function runDeliveries(
  platform: Platform,
  { clock = createClock(), random = Math.random, sweepMs = SWEEP_MS, upkeepMs = UPKEEP_MS }: Options = {},
): RunningDeliveries {
  const { log, live } = platform;
  const pool = openPool(String(platform.pool.options.connectionString), {
    poolSize: 6,
    log,
    name: 'honeyframe-webhooks deliveries',
    settings: SETTINGS,
    kind: 'deliveries',
  });
  const lanes = createHeldLanes();
  const outage = createOutage(platform, () => taking.wake());
  let stopping = false;
  const isStopping = () => stopping;
  const senderHealth = createSenderHealth();
  const holder = `${hostname()}:${randomUUID()}:${process.pid}`;
  const parts: EngineParts = { platform, pool, clock, random, holder, lanes, senderHealth, outage, isStopping };

  const settings = createLaneSettingsReader(parts, (lane) => sends.pump(lane));
  const claims = createClaimLoop(parts, {
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
  const taking = createResultTaking({
    record,
    findRecorded: (results) => findRecorded(pool, results),
    makePartitions: () => ensurePartitions(platform),
    setAside: (result) => setAsideResult(pool, result),
    onRecorded,
    onRefused,
    onError: outage.failed,
  });
  const buffer = createResultBuffer(taking.take);
  const disabling = createLaneDisabling(parts);
  const changes = createChangeNotices(parts);

  async function record(results: readonly Result[]): Promise<RecordedLane[]> {
    const held = results.map((result) => ({ ...result, lease_token: lanes.tokenOf(result) }));
    const [gone, others] = [held.filter(isGone), held.filter((one) => !isGone(one))];
    const recorded = others.length > 0 ? await recordResults(runnerOn(pool), clock.sqlNow(), others, holder) : [];
    for (const result of gone) await disabling.recordGone(result);
    return recorded;
  }

  function onRefused({ delivery_id, webhook_id, attempt_id }: Result, cause: unknown): void {
    log.error(
      { err: cause, delivery_id, webhook_id, attempt_id },
      'PostgreSQL rejected the result of an attempt; storing it without its details',
    );
    countSetAside(pool, webhook_id).catch(outage.failed);
  }

  function onRecorded(results: readonly Result[], recorded: readonly RecordedLane[]): void {
    outage.ended();
    disabling.wornOut(recorded.flatMap(({ webhook_id, worn_out }) => (worn_out ? [webhook_id] : [])));
    changes.notifyLater(results);
    for (const lane of lanes.recorded(results)) {
      if (lane.settings.ordered) lane.wantsRefill = true;
      sends.pump(lane);
    }
  }

  function onSettings(ids: readonly string[] | null): void {
    const changed: Lane[] = ids ? ids.flatMap((id) => lanes.get(id) ?? []) : lanes.all();
    if (changed.length > 0 && !stopping) settings.readAgain(changed).catch(outage.failed);
  }

  const maintain = () => releaseIdle(parts, { open: settings.open, refill: refills.schedule, pump: sends.pump });
  const sweeping = createSweeping(parts, disabling.wornOut);

  /** Of these lanes, or of any when null. */
  function onRecalls(ids: readonly string[] | null): void {
    if (ids === null) void renew();
    else
      void answerRecalls(
        parts,
        ids.flatMap((id) => lanes.get(id) ?? []),
        refills.want,
      );
  }
  const renew = async () => answerRecalls(parts, await renewHeld(parts), refills.want);

  const unfollow = [
    live.follow('lanes', claims.want),
    live.follow('settings', onSettings),
    live.follow('recalls', onRecalls),
  ];
  claims.want(null);
  const sweep = setInterval(() => {
    claims.want(null);
    void maintain();
  }, sweepMs);
  const renewal = setInterval(() => void renew(), RENEW_MS);
  const upkeeping = setInterval(() => void sweeping.sweep(), upkeepMs);

  return {
    async stop() {
      stopping = true;
      for (const end of unfollow) end();
      clearInterval(sweep);
      clearInterval(upkeeping);
      const held = lanes.all();
      for (const lane of held) forgetQueue(lane);
      const quiet = held.filter(({ unrecorded }) => unrecorded.size === 0);
      const released = releaseLeases(pool, quiet.map(leaseOf)).catch(outage.failed);
      await sends.quiet(DRAIN_MS);
      // Of what PostgreSQL does not take in this time, the attempts are made again by who comes next.
      const finish = async () => {
        await Promise.all([released, claims.settled(), buffer.drain()]);
        changes.notifyNow();
        await disabling.settled();
        clearInterval(renewal);
        await releaseLeases(pool, held.map(leaseOf)).catch(outage.failed);
        await pool.end();
      };
      if (await isDoneWithin(FINISH_MS, finish())) return;
      log.warn(
        { part: 'deliveries' },
        'PostgreSQL did not respond during shutdown; attempts that were not recorded will be sent again',
      );
      clearInterval(renewal);
      void pool.end().catch(() => {});
    },
  };
}

const isGone = ({ reason }: Result): boolean => reason === 'gone';

/** @returns whether the work was done in time. It goes on otherwise; what it throws then is nobody's. */
async function isDoneWithin(ms: number, work: Promise<unknown>): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const timer = setTimeout(() => resolve(false), ms);
  work.then(
    () => resolve(true),
    () => resolve(false),
  );
  const done = await promise;
  clearTimeout(timer);
  return done;
}
