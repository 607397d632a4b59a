import type { Result } from './record-results.ts';

const MOST_GATHERED = 256;
const GATHER_MS = 5;

export type ResultBuffer = {
  add(result: Result): void;
  /** Resolves once everything that was added is recorded, or set aside. */
  drain(): Promise<void>;
};

/**
 * Gathers the results of all lanes, to be recorded together: when many wait, or a few milliseconds after the first.
 * @param take resolves when the results are recorded or set aside; it does not throw.
 */
export function createResultBuffer(take: (results: readonly Result[]) => Promise<void>): ResultBuffer {
  const waiting: Result[] = [];
  let timer: NodeJS.Timeout | undefined;
  let recording = false;
  const drained: (() => void)[] = [];

  function schedule(): void {
    if (recording || waiting.length === 0) return;
    if (waiting.length >= MOST_GATHERED) void flush();
    else timer ??= setTimeout(() => void flush(), GATHER_MS);
  }

  async function flush(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    if (recording) return;
    recording = true;
    await take(waiting.splice(0, 2 * MOST_GATHERED));
    recording = false;
    if (waiting.length === 0) for (const resolve of drained.splice(0)) resolve();
    schedule();
  }

  return {
    add(result) {
      waiting.push(result);
      schedule();
    },
    drain() {
      if (!recording && waiting.length === 0) return Promise.resolve();
      const { promise, resolve } = Promise.withResolvers<void>();
      drained.push(resolve);
      void flush();
      return promise;
    },
  };
}
