import { setTimeout as delay } from 'node:timers/promises';
import type pg from 'pg';
import type { Logger } from '#platform/log.ts';
import type { Platform } from '#platform/scope.ts';
import { loadMappings, watchedTables } from '../own-mappings.ts';
import { applyChanges, LeaseLost } from './apply-changes.ts';
import { type Lease, RENEW_EVERY_MS, renewLease, type StreamPosition, takePosition } from './lease.ts';
import { createMapper } from './map-changes.ts';
import { createLagMeter } from './measure-lag.ts';
import { prepareSlot, type Warning } from './prepare-slot.ts';
import { readStream } from './read-stream.ts';
import { createSampler } from './sample-changes.ts';
import type { SourceAddress } from './source-connection.ts';
import { explain, lostSlot } from './source-problem.ts';
import { beginAnew, setState } from './source-state.ts';
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

/**
 * Reads the stream as long as the lease is held: pauses when it is paused, and begins again when mappings change.
 * @throws what keeps it from reading. Returns when the lease is lost or the signal aborts.
 */
export async function holdSource(holding: Holding): Promise<void> {
  const { platform, control, lease, signal } = holding;
  const gone = new AbortController();
  const held = AbortSignal.any([signal, gone.signal]);
  const measure = createLagMeter(platform, control, lease.slot, lease.token);
  let warnings: Warning[] = [];
  let wanted = { isPaused: lease.isPaused, mappings: '' };
  let turn = new AbortController();
  let failure: unknown;

  async function watch(): Promise<void> {
    while (!held.aborted) {
      await delay(RENEW_EVERY_MS, undefined, { signal: held }).catch(() => {});
      if (held.aborted) return;
      const now = await renewLease(platform, lease.token);
      if (!now) return gone.abort();
      if (now.isPaused !== wanted.isPaused || now.mappings !== wanted.mappings) turn.abort();
      if ((await measure(warnings)).isLost && wanted.isPaused) throw lostSlot(lease.slot);
    }
  }

  const watching = watch().catch((error: unknown) => {
    failure = error;
    gone.abort();
  });
  try {
    while (!held.aborted) {
      turn = new AbortController();
      // Before the mappings are read: what changes from now on is noticed.
      const now = await renewLease(platform, lease.token);
      if (!now) return;
      wanted = now;
      const until = AbortSignal.any([held, turn.signal]);
      if (wanted.isPaused) {
        await setState(platform, lease.token, 'paused');
        await aborted(until);
      } else {
        await readTurn(holding, until, (found) => {
          warnings = found;
        });
      }
    }
  } catch (error) {
    if (!(error instanceof LeaseLost)) throw error;
  } finally {
    gone.abort();
    await watching;
  }
  if (failure) throw failure;
}

const aborted = (signal: AbortSignal) =>
  new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });

/** Reads with the mappings as they are now. */
async function readTurn(
  { platform, log, address, control, lease, onReading }: Holding,
  signal: AbortSignal,
  onWarnings: (warnings: Warning[]) => void,
): Promise<void> {
  const { slot, token } = lease;
  const mappings = await loadMappings(platform);
  const { warnings, confirmed } = await prepareSlot(control, slot, address.user, watchedTables(mappings), () =>
    beginAnew(platform, token),
  );
  onWarnings(warnings);
  await endOtherReader(control, slot);
  const start: StreamPosition = await takePosition(platform, token);
  const sampler = createSampler(platform, mappings);
  const map = createMapper(mappings);
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
    apply: (batch) => applyChanges(platform, token, batch),
    onStart: () => {
      onReading();
      log.info({ slot, address: address.shown }, 'Reading the change stream');
      void setState(platform, token, 'reading').catch(() => {});
    },
    signal,
  }).catch((error: unknown) => {
    throw error instanceof LeaseLost ? error : explain(error, { slot, user: address.user });
  });
  await sampler.settle();
}

/** Whoever holds the slot without the lease is gone or about to be: a machine that fell silent keeps it for a minute. */
async function endOtherReader(control: pg.Client, slot: string): Promise<void> {
  for (let attempt = 0; attempt < 50; attempt += 1) {
    const { rowCount } = await control.query(
      `select pg_terminate_backend(active_pid) from pg_replication_slots where slot_name = $1 and active_pid is not null`,
      [slot],
    );
    if (rowCount === 0) return;
    await delay(100);
  }
}
