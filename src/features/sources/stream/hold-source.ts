import { setTimeout as delay } from 'node:timers/promises';
import type pg from 'pg';
import type { Logger } from '#platform/log-files/log.ts';
import type { Platform } from '#platform/scope.ts';
import { loadMappings, watchedTables } from '../own-mappings.ts';
import { applyChanges, LeaseLost } from './apply-changes.ts';
import { fillGaps } from './fill-gaps.ts';
import { guardPublication } from './guard-publication.ts';
import type { Warning } from './judge-table.ts';
import { type Lease, RENEW_EVERY_MS, renewLease, takePosition } from './lease.ts';
import { createPublicationMaintenance } from './maintain-publication.ts';
import { createMapper } from './map-changes.ts';
import { createLagMeter } from './measure-lag.ts';
import { beginAnew, endSlotGaps, noteTables, openSlotGaps } from './note-gaps.ts';
import { endOfTimeline, endOtherReader, prepareSlot, readLogEnd } from './prepare-slot.ts';
import { readStream } from './read-stream.ts';
import { createSampler } from './sample-changes.ts';
import type { SourceAddress } from './source-connection.ts';
import { explain, lostSlot, otherLog, SourceProblem } from './source-problem.ts';
import { followTimeline, noteFailover, noteTimeline, setPaused, setReading } from './source-state.ts';
import { createValueKinds } from './value-kinds.ts';

type Holding = {
  platform: Platform;
  log: Logger;
  address: SourceAddress;
  control: pg.Client;
  lease: Lease;
  signal: AbortSignal;
  onReading: () => void;
};

type Maintain = () => Promise<void>;

/** Statements that would wait for the platform's own are aborted and tried again later. */
const LOCK_TIMEOUT = '2s';

/**
 * Reads the stream as long as the lease is held. It pauses with the stream, starts again when mappings change, and keeps
 * the publication up to date. Returns when the lease is lost or the signal aborts.
 * @throws the problem that prevents reading.
 */
export async function holdSource(holding: Holding): Promise<void> {
  const { platform, control, lease, signal } = holding;
  const gone = new AbortController();
  const held = AbortSignal.any([signal, gone.signal]);
  const measure = createLagMeter(platform, control, lease.slot, lease.token);
  let warnings: Warning[] = [];
  let maintain: Maintain | null = null;
  let readingFrom: bigint | null = null;
  let maintaining: Promise<void> = Promise.resolve();
  let wanted = { isPaused: lease.isPaused, isSlotAsked: false, mappings: '' };
  let turn = new AbortController();
  let failure: unknown;

  /** @throws SourceProblem if the slot is lost, which would otherwise go unnoticed while the stream is paused. */
  async function look(): Promise<void> {
    const measured = await measure(warnings);
    if (measured.is === 'kept') {
      if (readingFrom !== null && measured.passed >= readingFrom) await setReading(platform, lease.token, true);
      return;
    }
    if (!wanted.isPaused || wanted.isSlotAsked) return;
    await openSlotGaps(platform, lease.token, measured.behind);
    throw measured.is === 'lost' ? lostSlot(lease.slot) : droppedSlot(lease.slot);
  }

  async function watch(): Promise<void> {
    while (!held.aborted) {
      await delay(RENEW_EVERY_MS, undefined, { signal: held }).catch(() => {});
      if (held.aborted) return;
      const now = await renewLease(platform, lease.token);
      if (!now) return gone.abort();
      if (
        now.isPaused !== wanted.isPaused ||
        now.isSlotAsked !== wanted.isSlotAsked ||
        now.mappings !== wanted.mappings
      )
        endTurn();
      maintaining = maintain?.() ?? Promise.resolve();
      await maintaining;
      await look();
    }
  }

  /** The previous mappings no longer count. A check based on them would remove a table that the new mappings have added. */
  function endTurn(): void {
    maintain = null;
    turn.abort();
  }

  const watching = watch().catch((error: unknown) => {
    failure = error;
    gone.abort();
  });
  const filling = fillGaps(holding, held);
  try {
    await control.query(`set lock_timeout = '${LOCK_TIMEOUT}'`);
    while (!held.aborted) {
      turn = new AbortController();
      // Before the mappings are read, so that changes from now on are noticed.
      const now = await renewLease(platform, lease.token);
      if (!now) return;
      wanted = now;
      const until = AbortSignal.any([held, turn.signal]);
      const prepare = () =>
        prepareTurn(holding, wanted.isSlotAsked, (found) => {
          warnings = found;
        });
      if (wanted.isPaused && !wanted.isSlotAsked) {
        maintain = null;
        await look();
        await setPaused(platform, lease.token);
        await aborted(until);
      } else {
        maintain = null;
        await maintaining.catch(() => {});
        const prepared = await prepare();
        maintain = prepared.maintain;
        const onStart = () => {
          readingFrom = prepared.logEnd;
        };
        if (!wanted.isPaused) await readTurn(holding, prepared, onStart, until);
        readingFrom = null;
      }
    }
  } catch (error) {
    if (!(error instanceof LeaseLost)) throw error;
  } finally {
    gone.abort();
    await watching;
    await filling;
  }
  if (failure) throw failure;
}

const droppedSlot = (slot: string) =>
  new SourceProblem(`The slot ${slot} was dropped. A new one is created when the stream is resumed.`, null, {
    needsNewSlot: true,
  });

const aborted = (signal: AbortSignal) =>
  new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });

type Prepared = {
  mappings: Awaited<ReturnType<typeof loadMappings>>;
  confirmed: bigint;
  logEnd: bigint;
  maintain: Maintain;
};

/** Updates the publication and the slot to match the current mappings. */
async function prepareTurn(
  { platform, log, address, control, lease }: Holding,
  isNewAsked: boolean,
  onWarnings: (warnings: Warning[]) => void,
): Promise<Prepared> {
  const { slot, token } = lease;
  const mappings = await loadMappings(platform);
  const watched = watchedTables(mappings);
  const look = createPublicationMaintenance(control, slot, address.user, watched);
  const report = ({ states }: Awaited<ReturnType<typeof look>>) =>
    onWarnings(states.flatMap(({ why, warnings }) => (why ? [why, ...warnings] : warnings)));
  // First, because the event trigger for the previous mappings removes other tables with each statement that changes a table.
  await guardPublication(
    control,
    slot,
    watched.map(({ table }) => table),
  ).catch((error: unknown) => log.debug({ err: error }, 'The publication is not guarded by an event trigger'));
  report(await look());
  const { confirmed, isFailover, isNew } = await prepareSlot({
    client: control,
    connectionString: address.connectionString,
    slot,
    user: address.user,
    isNewAsked,
    onLost: (behind) => openSlotGaps(platform, token, behind),
    beforeNew: () => beginAnew(platform, token),
  });
  await noteFailover(platform, token, isFailover);
  const logEnd = await readLogEnd(control);
  if (isNew) await noteTimeline(platform, token, logEnd.timeline);
  else if (
    !(await followTimeline(platform, token, logEnd, (earlier, now) =>
      endOfTimeline(address.connectionString, earlier, now),
    ))
  ) {
    await openSlotGaps(platform, token, null);
    throw otherLog();
  }
  const ready = await look();
  await endSlotGaps(platform, token, isNew, ready.now);
  await noteTables(platform, token, ready.states, ready.now);
  const maintain = async () => {
    const found = await look().catch((error: unknown) => {
      // A table was dropped while the catalogs were read. The next check sees that.
      if (error instanceof SourceProblem) throw error;
      log.debug({ err: error }, 'The publication could not be checked');
      return null;
    });
    if (!found) return;
    report(found);
    await noteTables(platform, token, found.states, found.now);
  };
  return { mappings, confirmed, logEnd: logEnd.end, maintain };
}

/** Reads the stream with the current mappings. */
async function readTurn(
  { platform, log, address, control, lease, onReading }: Holding,
  { mappings, confirmed }: Prepared,
  onStart: () => void,
  signal: AbortSignal,
): Promise<void> {
  const { slot, token } = lease;
  await endOtherReader(control, slot);
  const start = await takePosition(platform, token);
  const sampler = await createSampler(platform, mappings);
  const map = createMapper(mappings);
  const withDeletes = new Set(
    mappings.filter(({ operations }) => operations.includes('delete')).map(({ table }) => table),
  );
  await readStream({
    connectionString: address.connectionString,
    slot,
    start,
    confirmed,
    kindsOf: createValueKinds(control),
    map: (change) => {
      sampler.see(change);
      return map(change);
    },
    takesDeletes: (table) => withDeletes.has(table),
    apply: (batch) => applyChanges(platform, token, batch),
    onStart: () => {
      onReading();
      log.info({ slot, address: address.shown }, 'Reading the change stream');
      onStart();
      void setReading(platform, token, false).catch(() => {});
    },
    signal,
  }).catch((error: unknown) => {
    throw error instanceof LeaseLost ? error : explain(error, { slot, user: address.user });
  });
  await sampler.settle();
}
