import { hostname } from 'node:os';
import { deliveryOutcome } from '#core/delivery-outcome.ts';
import { RETRY_SCHEDULE } from '#core/retry-schedule.ts';
import { disableSubscription } from '#features/subscriptions/disable-subscription.ts';
import { openSubscription } from '#features/subscriptions/subscription-secrets.ts';
import { egressAllowForWorker } from '#platform/config.ts';
import { openPool } from '#platform/database.ts';
import type { Platform } from '#platform/scope.ts';
import { claimLanes, LEASE_SECONDS } from './claim-lanes.ts';
import { type Clock, createClock } from './clock.ts';
import { readLaneSettings, releaseLeases, renewLeases, takeTokens } from './keep-leases.ts';
import { createLane, isIdle, type Lane, type LaneKeys, mostAtOnce, refillOf, restOf } from './lane.ts';
import { type RecordedLane, type Result, recordResults } from './record-results.ts';
import { type DueDelivery, FROM_THE_START, refillLanes } from './refill-lanes.ts';
import { createResultBuffer } from './result-buffer.ts';
import { createRoom } from './room.ts';
import { sendAttempt } from './send-attempt.ts';
import { sweepDeliveries } from './sweep-deliveries.ts';

export type RunningDeliveries = {
  /** Begins nothing new, lets what is under way end for ten seconds, records it, and gives the lanes back. */
  stop(): Promise<void>;
};

type Options = { clock?: Clock; random?: () => number; sweepMs?: number };

const MOST_LANES = 500;
const MOST_YOUNG = 128;
/** Of one lane, before others have their turn. */
const MOST_IN_A_TURN = 8;
const SWEEP_MS = 1_000;
const RENEW_MS = 3_000;
const UPKEEP_MS = 10_000;
/** How long a lane without work is kept, so that the next event finds it held. */
const LINGER_MS = 2_000;
/** A backlog is read on from where the last read ended; what came in behind that place is found this often. */
const READ_FROM_START_MS = 1_000;
const DRAIN_MS = 10_000;
const TELL_MS = 100;
/** How long before its end a lease counts as ended, for the time that a request takes to begin. */
const LEASE_MARGIN_MS = 500;
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
  const { log, outbound, secrets, live } = platform;
  const pool = openPool(String(platform.pool.options.connectionString), {
    poolSize: 6,
    log,
    name: 'honeyframe-webhooks deliveries',
    settings: SETTINGS,
  });
  const allow = egressAllowForWorker(platform.config);
  const holder = `${hostname()}:${process.pid}`;
  const lanes = new Map<string, Lane>();
  const lost = new Set<Lane>();
  let stopping = false;
  let underWay = 0;
  let onQuiet: (() => void) | undefined;
  let refilling = 0;
  let refillScheduled = false;
  const told = new Set<string>();
  let claiming: 'no' | 'some' | 'all' = 'no';
  let claimAll = false;
  let claimScheduled = false;
  let complained = false;
  const disabling = new Set<Promise<unknown>>();
  const changed = new Set<string>();
  let telling: NodeJS.Timeout | undefined;

  const complain = (error: unknown) => {
    if (complained) return;
    complained = true;
    log.warn({ err: error, part: 'deliveries' }, 'Deliveries could not reach PostgreSQL; they will try again');
  };
  const recovered = () => {
    complained = false;
  };

  const room = createRoom(MOST_YOUNG, () => {
    for (const lane of lanes.values()) if (lane.waitsForRoom) pump(lane);
  });
  const buffer = createResultBuffer({
    record: (results) => recordResults(pool, clock.sqlNow(), results),
    onRecorded,
    onError: complain,
  });

  // —— Claiming

  function wantClaim(ids: readonly string[] | null): void {
    if (stopping) return;
    if (ids === null) claimAll = true;
    else {
      for (const id of ids) {
        const lane = lanes.get(id);
        if (lane) wantRefill(lane);
        else told.add(id);
      }
    }
    if (claimScheduled || claiming !== 'no' || (!claimAll && told.size === 0)) return;
    claimScheduled = true;
    setImmediate(() => void claim());
  }

  async function claim(): Promise<void> {
    claimScheduled = false;
    const most = MOST_LANES - lanes.size;
    if (stopping || most <= 0) return;
    const ids = claimAll ? null : [...told];
    claimAll = false;
    told.clear();
    claiming = ids ? 'some' : 'all';
    const askedAt = performance.now();
    try {
      for (const claimed of await claimLanes(pool, { now: clock.sqlNow(), most, holder, told: ids })) {
        clock.adjust(claimed.database_now);
        const lane = createLane(claimed, leaseEnd(askedAt));
        const before = lanes.get(lane.id);
        if (before) lost.add(before);
        if (stopping) void releaseLeases(pool, [lease(lane)]).catch(complain);
        else {
          lanes.set(lane.id, lane);
          await openKeys(lane);
          wantRefill(lane);
        }
      }
      recovered();
    } catch (error) {
      complain(error);
    } finally {
      claiming = 'no';
      if (claimAll || told.size > 0) wantClaim([]);
    }
  }

  const lease = ({ id, lease_token }: Lane) => ({ subscription_id: id, lease_token });
  const leaseEnd = (askedAt: number) => askedAt + LEASE_SECONDS * 1000 - LEASE_MARGIN_MS;
  const isHeld = (lane: Lane) => lanes.get(lane.id) === lane && performance.now() < lane.leaseEndsAt;

  async function openKeys(lane: Lane): Promise<void> {
    const { settings } = lane;
    try {
      const opened = await openSubscription(secrets, { ...settings, id: lane.id }, new Date(clock.now()));
      lane.keys = { target_url: settings.target_url, ...opened };
    } catch (error) {
      log.error(
        { err: error, subscription_id: lane.id },
        'The secrets of a webhook do not open: nothing is sent to it',
      );
      lanes.delete(lane.id);
    }
  }

  /** Reads settings again that have changed since. Of what is paused or ended, nothing that was read ahead is sent. */
  async function readAgain(changed: readonly Lane[]): Promise<void> {
    for (const lane of changed) lane.readingSettings = true;
    try {
      const settings = await readLaneSettings(
        pool,
        changed.map(({ id }) => id),
      );
      for (const lane of changed) {
        const fresh = settings.find(({ subscription_id }) => subscription_id === lane.id);
        if (fresh?.status !== 'active') forgetQueue(lane);
        if (!fresh) continue;
        if (fresh.status === 'active' && lane.settings.status !== 'active') lane.consecutiveFailures = 0;
        lane.settings = fresh;
        await openKeys(lane);
      }
    } finally {
      for (const lane of changed) {
        lane.readingSettings = false;
        pump(lane);
      }
    }
  }

  function forgetQueue(lane: Lane): void {
    for (const { id } of lane.queue) lane.unrecorded.delete(id);
    lane.queue = [];
    lane.after = FROM_THE_START;
  }

  function onSettings(ids: readonly string[] | null): void {
    const changed = ids ? ids.flatMap((id) => lanes.get(id) ?? []) : [...lanes.values()];
    if (changed.length > 0 && !stopping) readAgain(changed).catch(complain);
  }

  // —— Refilling

  function wantRefill(lane: Lane): void {
    lane.wantsRefill = true;
    lane.idleSince = null;
    scheduleRefill();
  }

  function scheduleRefill(): void {
    if (refillScheduled || refilling >= 2 || stopping) return;
    refillScheduled = true;
    setImmediate(() => {
      refillScheduled = false;
      void refill();
    });
  }

  async function refill(): Promise<void> {
    const now = performance.now();
    const wanting = [...lanes.values()].filter((lane) => lane.wantsRefill && !lane.refilling && refillOf(lane) > 0);
    if (wanting.length === 0 || stopping) return;
    refilling += 1;
    const asked = wanting.map((lane) => {
      lane.refilling = true;
      lane.wantsRefill = false;
      if (now - lane.readFromStartAt > READ_FROM_START_MS) lane.after = FROM_THE_START;
      if (lane.after === FROM_THE_START) lane.readFromStartAt = now;
      return { lane, want: refillOf(lane), subscription_id: lane.id, ...lane.after };
    });
    const except = asked.flatMap(({ lane, after_at }) =>
      after_at === FROM_THE_START.after_at ? [...lane.unrecorded] : [],
    );
    try {
      const due = Map.groupBy(
        await refillLanes(pool, clock.sqlNow(), asked, except),
        ({ subscription_id }) => subscription_id,
      );
      const changed: Lane[] = [];
      for (const { lane, want } of asked) {
        const found = due.get(lane.id) ?? [];
        const version = found[0]?.version;
        if (version !== undefined && version !== lane.settings.version) changed.push(lane);
        take(lane, found, want);
      }
      if (changed.length > 0) await readAgain(changed);
      recovered();
    } catch (error) {
      // The sweep wants it again: whoever asked at once would ask all the time while PostgreSQL is away.
      complain(error);
    } finally {
      refilling -= 1;
      for (const { lane } of asked) {
        lane.refilling = false;
        pump(lane);
      }
    }
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

  // —— Sending

  function pump(lane: Lane): void {
    lane.waitsForRoom = false;
    if (stopping || lane.halted || lane.rests || lane.readingSettings || !lane.keys || !isHeld(lane)) return;
    for (let begun = 0; lane.queue.length > 0 && lane.sending < mostAtOnce(lane); begun += 1) {
      if (begun === MOST_IN_A_TURN) {
        pumpLater(lane);
        break;
      }
      if (room.isFull(lane)) {
        lane.waitsForRoom = true;
        return;
      }
      if (lane.settings.rate_limit !== null && !hasToken(lane, lane.settings.rate_limit)) return;
      const delivery = lane.queue.shift();
      if (delivery) begin(lane, lane.keys, delivery);
    }
    if (refillOf(lane) > 0 && lane.wantsRefill) scheduleRefill();
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

  function hasToken(lane: Lane, rate: number): boolean {
    if (lane.tokens > 0) {
      lane.tokens -= 1;
      return true;
    }
    if (!lane.takingTokens) void getTokens(lane, rate);
    return false;
  }

  async function getTokens(lane: Lane, rate: number): Promise<void> {
    lane.takingTokens = true;
    try {
      const want = Math.min(lane.queue.length, mostAtOnce(lane) - lane.sending);
      lane.tokens = await takeTokens(pool, lease(lane), rate, Math.max(1, want));
    } catch (error) {
      complain(error);
    }
    if (lane.tokens === 0) await new Promise((resolve) => setTimeout(resolve, Math.max(5, 1000 / rate)));
    lane.takingTokens = false;
    pump(lane);
  }

  function begin(lane: Lane, keys: LaneKeys, delivery: DueDelivery): void {
    const startedAt = clock.now();
    if (startedAt > delivery.deadline_at) {
      buffer.add(resultOf(lane, delivery, { outcome: 'failed', reason: 'expired' }, null));
      return;
    }
    lane.sending += 1;
    underWay += 1;
    const leave = room.enter(lane);
    void attempt(lane, keys, delivery, startedAt).finally(() => {
      leave();
      lane.sending -= 1;
      underWay -= 1;
      if (underWay === 0) onQuiet?.();
      pump(lane);
    });
  }

  async function attempt(lane: Lane, keys: LaneKeys, delivery: DueDelivery, startedAt: number): Promise<void> {
    const number = delivery.attempt_count + 1;
    try {
      const { record, ...attempted } = await sendAttempt(outbound, allow, {
        ...keys,
        delivery_id: delivery.id,
        event_id: delivery.event_id,
        event_type: delivery.event_type,
        body: delivery.body,
        number,
        startedAt,
        queueMs: Math.max(0, startedAt - delivery.next_attempt_at),
      });
      const outcome = deliveryOutcome(RETRY_SCHEDULE, {
        ...attempted,
        attempt: number,
        now: clock.now(),
        deadlineAt: delivery.deadline_at,
        random: random(),
      });
      if (outcome.outcome === 'failed' && outcome.reason === 'gone') lane.halted = true;
      if (outcome.outcome === 'delivered') lane.consecutiveFailures = 0;
      else restAfterFailure(lane);
      buffer.add(resultOf(lane, delivery, outcome, record));
    } catch (error) {
      log.error({ err: error, delivery_id: delivery.id }, 'An attempt could not be made; it is tried again');
      lane.unrecorded.delete(delivery.id);
    }
  }

  function restAfterFailure(lane: Lane): void {
    lane.consecutiveFailures += 1;
    const ms = restOf(lane);
    if (ms === 0 || lane.rests) return;
    lane.rests = true;
    setTimeout(() => {
      lane.rests = false;
      pump(lane);
    }, ms);
  }

  type Outcome = ReturnType<typeof deliveryOutcome>;

  const resultOf = (lane: Lane, delivery: DueDelivery, outcome: Outcome, attempt: Result['attempt']): Result => ({
    delivery_id: delivery.id,
    subscription_id: lane.id,
    lease_token: lane.lease_token,
    number: delivery.attempt_count + 1,
    outcome: outcome.outcome,
    reason: outcome.outcome === 'failed' ? outcome.reason : null,
    next_attempt_at: outcome.outcome === 'retry' ? new Date(outcome.at).toISOString() : null,
    attempt,
  });

  // —— After a record

  function onRecorded(results: readonly Result[], recorded: readonly RecordedLane[]): void {
    recovered();
    for (const { subscription_id, worn_out } of recorded) if (worn_out) disable(subscription_id, 'failing');
    const touched = new Set<Lane>();
    for (const { subscription_id, delivery_id, reason } of results) {
      const lane = lanes.get(subscription_id);
      if (lane) touched.add(lane);
      lane?.unrecorded.delete(delivery_id);
      for (const one of lost) if (one.id === subscription_id) one.unrecorded.delete(delivery_id);
      if (reason === 'gone') disable(subscription_id, 'gone');
    }
    for (const one of lost) if (one.unrecorded.size === 0) lost.delete(one);
    tellLater(results);
    for (const lane of touched) {
      if (lane.settings.ordered) lane.wantsRefill = true;
      pump(lane);
    }
  }

  /** Whoever looks at deliveries is told a few times a second, however many change. */
  function tellLater(results: readonly Result[]): void {
    for (const { subscription_id } of results) changed.add(subscription_id);
    telling ??= setTimeout(tellNow, TELL_MS);
  }

  function tellNow(): void {
    clearTimeout(telling);
    telling = undefined;
    live.tell('deliveries', [...changed]);
    changed.clear();
  }

  function disable(id: string, reason: 'gone' | 'failing'): void {
    const lane = lanes.get(id);
    if (lane) lane.halted = true;
    const work = disableAndLeave(id, reason, lane);
    disabling.add(work);
    void work.finally(() => disabling.delete(work));
  }

  async function disableAndLeave(id: string, reason: 'gone' | 'failing', lane: Lane | undefined): Promise<void> {
    try {
      await disableSubscription(platform, id, reason);
      if (!lane || lanes.get(id) !== lane) return;
      lose(lane);
      await releaseLeases(pool, [lease(lane)]);
    } catch (error) {
      if (lane) lane.halted = false;
      log.error({ err: error, subscription_id: id }, 'A webhook was not disabled; its next failure tries again');
    }
  }

  // —— Leases

  async function renew(): Promise<void> {
    const held = [...lanes.values()];
    if (held.length === 0) return;
    const askedAt = performance.now();
    try {
      const kept = await renewLeases(pool, held.map(lease));
      for (const lane of held) {
        if (kept.has(lane.id)) lane.leaseEndsAt = leaseEnd(askedAt);
        else if (lanes.get(lane.id) === lane) lose(lane);
      }
    } catch (error) {
      complain(error);
    }
  }

  function lose(lane: Lane): void {
    lanes.delete(lane.id);
    lane.queue = [];
    if (lane.sending > 0) lost.add(lane);
  }

  /** Gives back what was idle for a while; looks again at what is held. */
  async function tidy(): Promise<void> {
    const now = performance.now();
    const idle = [...lanes.values()].filter(
      (lane) => isIdle(lane) && lane.idleSince !== null && now - lane.idleSince > LINGER_MS,
    );
    for (const lane of idle) lanes.delete(lane.id);
    for (const lane of lanes.values()) {
      const { previous_secret_until } = lane.settings;
      if (previous_secret_until && previous_secret_until.getTime() <= clock.now()) {
        lane.settings = { ...lane.settings, previous_secret_until: null };
        await openKeys(lane);
      }
      if (!isHeld(lane)) lose(lane);
      else if (lane.queue.length === 0 && !lane.refilling) {
        lane.wantsRefill = true;
        scheduleRefill();
      } else pump(lane);
    }
    await releaseLeases(pool, idle.map(lease)).catch(complain);
  }

  const upkeep = () => sweepDeliveries(pool, clock.sqlNow()).then((ids) => live.tell('deliveries', ids), complain);

  const unfollow = [live.follow('lanes', wantClaim), live.follow('settings', onSettings)];
  wantClaim(null);
  const timers = [
    setInterval(() => {
      wantClaim(null);
      void tidy();
    }, sweepMs),
    setInterval(() => void renew(), RENEW_MS),
    setInterval(() => void upkeep(), UPKEEP_MS),
  ];

  return {
    async stop() {
      stopping = true;
      for (const end of unfollow) end();
      const [sweep, renewal, upkeeping] = timers;
      clearInterval(sweep);
      clearInterval(upkeeping);
      const held = [...lanes.values()];
      for (const lane of held) lane.queue = [];
      await releaseLeases(pool, held.filter(({ sending }) => sending === 0).map(lease)).catch(complain);
      if (underWay > 0) {
        const quiet = Promise.withResolvers<void>();
        onQuiet = quiet.resolve;
        const timer = setTimeout(quiet.resolve, DRAIN_MS);
        await quiet.promise;
        clearTimeout(timer);
      }
      await buffer.drain();
      tellNow();
      await Promise.all(disabling);
      clearInterval(renewal);
      await releaseLeases(pool, held.map(lease)).catch(complain);
      await pool.end();
    },
  };
}
