import type { RecordedLane, Result } from './record-results.ts';

const MOST_GATHERED = 256;
const GATHER_MS = 5;
const RETRY_MS = 250;

export type ResultBuffer = {
  add(result: Result): void;
  /** Resolves once everything that was added is recorded. */
  drain(): Promise<void>;
};

type Recording = {
  /** @throws what PostgreSQL says: then the same results are recorded again, until it takes them. */
  record: (results: readonly Result[]) => Promise<RecordedLane[]>;
  onRecorded: (results: readonly Result[], lanes: readonly RecordedLane[]) => void;
  onError: (error: unknown) => void;
};

/** Gathers the results of all lanes, to be recorded together: when many wait, or a few milliseconds after the first. */
export function createResultBuffer({ record, onRecorded, onError }: Recording): ResultBuffer {
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
    const results = waiting.splice(0, 2 * MOST_GATHERED);
    await recordUntilTaken(results);
    recording = false;
    if (waiting.length === 0) for (const resolve of drained.splice(0)) resolve();
    schedule();
  }

  /** What PostgreSQL cannot take of an answer must not keep it from learning that the request was made. */
  async function recordUntilTaken(results: readonly Result[]): Promise<void> {
    for (let given = results; ; ) {
      try {
        const lanes = await record(given);
        onRecorded(results, lanes);
        return;
      } catch (error) {
        onError(error);
        if (isAboutData(error)) given = given.map(withoutAnswer);
        else await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      }
    }
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

/** Class 22 of SQLSTATE: data exception. */
const isAboutData = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' && error.code.startsWith('22');

const withoutAnswer = (result: Result): Result => ({
  ...result,
  attempt: result.attempt && { ...result.attempt, response_headers: null, response_body: null, error_message: null },
});
