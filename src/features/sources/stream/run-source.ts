import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import type pg from 'pg';
import type { Platform } from '#platform/scope.ts';
import { holdSource } from './hold-source.ts';
import { registerSource, releaseLease, takeLease } from './lease.ts';
import { connectToSource, identify, type SourceAddress, sourceAddressOf } from './source-connection.ts';
import { explain } from './source-problem.ts';
import { forgetUnreached, setProblem } from './source-state.ts';

/** How often a process that isn't reading tries to get the lease. A takeover takes about ten seconds in all. */
const ASK_EVERY_MS = 2_000;
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 15_000;

/**
 * Reads the change stream in one of all processes that run this, and takes over when the reading process ends.
 * @returns a function that stops it, after finishing what is being stored.
 */
export function startSource(platform: Platform): { stop(): Promise<void> } {
  const ending = new AbortController();
  const { signal } = ending;
  const holder = `${hostname()} ${process.pid} ${randomUUID().slice(0, 8)}`;
  const log = platform.log.child({ part: 'change-stream' });
  const running = run();

  async function run(): Promise<void> {
    let pauseMs = FIRST_PAUSE_MS;
    let said = '';
    while (!signal.aborted) {
      const address = sourceAddressOf(platform);
      let hasRead = false;
      try {
        await readWhileAllowed(address, () => {
          hasRead = true;
          said = '';
        });
        pauseMs = FIRST_PAUSE_MS;
        await pause(ASK_EVERY_MS);
      } catch (error) {
        if (signal.aborted) return;
        if (hasRead) pauseMs = FIRST_PAUSE_MS;
        const problem = explain(error, { slot: '', user: address.user });
        // Logged once, because it is tried again every few seconds.
        if (problem.message !== said) log.warn({ err: error, remedy: problem.remedy }, problem.message);
        said = problem.message;
        await setProblem(platform, address.shown, problem).catch(() => {});
        await pause(pauseMs);
        pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
      }
    }
  }

  const pause = (ms: number) => delay(ms, undefined, { signal }).catch(() => {});

  /** Returns if another process is reading, or when the lease is lost. */
  async function readWhileAllowed(address: SourceAddress, onReading: () => void): Promise<void> {
    let control: pg.Client | undefined;
    try {
      control = await connectToSource(address.connectionString);
      const key = await identify(control);
      await registerSource(platform, key, address.shown);
      const lease = await takeLease(platform, key, holder);
      if (!lease) return;
      try {
        await forgetUnreached(platform);
        await holdSource({ platform, log, address, control, lease, signal, onReading });
      } finally {
        await releaseLease(platform, lease.token).catch(() => {});
      }
    } finally {
      await control?.end().catch(() => {});
    }
  }

  return {
    async stop() {
      ending.abort();
      await running;
    },
  };
}
