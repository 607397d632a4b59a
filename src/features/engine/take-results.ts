import { isWithoutPartition, sqlStateOf } from '#platform/postgres/sql-state.ts';
import type { RecordedLane, Result } from './record-results.ts';
import { bareResult } from './set-aside.ts';

export type Recording = {
  /** Stores all of the results or none. @throws what PostgreSQL says. */
  record: (results: readonly Result[]) => Promise<RecordedLane[]>;
  /** Those that are stored already. */
  findRecorded: (results: readonly Result[]) => Promise<Set<Result>>;
  makePartitions: () => Promise<unknown>;
  /** Ends the delivery of a result that cannot be stored at all. @throws what PostgreSQL says. */
  setAside: (result: Result, cause: unknown) => Promise<void>;
  onRecorded: (results: readonly Result[], lanes: readonly RecordedLane[]) => void;
  /** A result was stored without its answer, or was set aside. */
  onRefused: (result: Result, cause: unknown) => void;
  /** PostgreSQL could not be reached, or was busy: it is tried again. */
  onError: (error: unknown) => void;
};

const FIRST_RETRY_MS = 250;
const MOST_RETRY_MS = 5_000;
/** How long a result waits that not even could be set aside; twice as long each time. */
const FIRST_STUCK_MS = 30_000;
const MOST_STUCK_MS = 600_000;

/** Classes of SQLSTATE by which PostgreSQL refuses what it is given: data, constraints, limits, and a trigger's own. */
const REFUSALS = ['22', '23', '54', 'P0'];
const isRefusal = (error: unknown): boolean => REFUSALS.includes(sqlStateOf(error)?.slice(0, 2) ?? '');

/**
 * Records results until PostgreSQL has them. An answer that was lost is resolved by looking for the attempts, whose ids
 * were chosen before. What PostgreSQL refuses is found by halving, so that it stops nothing but itself: it is stored
 * without its answer, and if that is refused too, its delivery ends with the reason `unrecorded`.
 */
export function createResultTaking(recording: Recording) {
  let wake: (() => void) | undefined;

  /** @returns the error by which PostgreSQL refused them, with those of them that are not stored. */
  async function store(results: readonly Result[]): Promise<{ cause: unknown; left: readonly Result[] } | null> {
    let left = results;
    let mayBeStored = false;
    let madePartitions = false;
    for (let retryMs = FIRST_RETRY_MS; ; ) {
      try {
        if (mayBeStored) {
          const stored = await recording.findRecorded(left);
          left = left.filter((one) => !stored.has(one));
          mayBeStored = false;
          if (stored.size > 0) recording.onRecorded([...stored], []);
        }
        if (left.length > 0) recording.onRecorded(left, await recording.record(left));
        return null;
      } catch (error) {
        if (isWithoutPartition(error) && !madePartitions) {
          madePartitions = true;
          await recording.makePartitions().catch(recording.onError);
        } else if (isRefusal(error)) {
          const others = await withoutStored(left);
          if (others.length === left.length) return { cause: error, left };
          left = others;
        } else {
          recording.onError(error);
          mayBeStored = true;
          await pause(retryMs);
          retryMs = Math.min(2 * retryMs, MOST_RETRY_MS);
        }
      }
    }
  }

  /** Also what was refused may be stored: when the same id came twice, PostgreSQL refuses the second. */
  async function withoutStored(results: readonly Result[]): Promise<readonly Result[]> {
    for (let retryMs = FIRST_RETRY_MS; ; retryMs = Math.min(2 * retryMs, MOST_RETRY_MS)) {
      try {
        const stored = await recording.findRecorded(results);
        if (stored.size > 0) recording.onRecorded([...stored], []);
        return results.filter((one) => !stored.has(one));
      } catch (error) {
        if (isRefusal(error)) return results;
        recording.onError(error);
        await pause(retryMs);
      }
    }
  }

  async function take(results: readonly Result[]): Promise<void> {
    const refused = await store(results);
    if (!refused) return;
    const { left, cause } = refused;
    const [only] = left;
    if (left.length > 1) {
      const half = Math.ceil(left.length / 2);
      await take(left.slice(0, half));
      await take(left.slice(half));
    } else if (only) {
      recording.onRefused(only, cause);
      if (await store([bareResult(only, cause)])) await setAside(only, cause, FIRST_STUCK_MS);
    }
  }

  async function setAside(result: Result, cause: unknown, againMs: number): Promise<void> {
    try {
      await recording.setAside(result, cause);
      recording.onRecorded([result], []);
    } catch (error) {
      recording.onError(error);
      // It stays among what is unrecorded, so that this process does not send it again.
      const next = Math.min(2 * againMs, MOST_STUCK_MS);
      setTimeout(() => void setAside(result, cause, next), againMs).unref();
    }
  }

  async function pause(ms: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    wake = resolve;
    const timer = setTimeout(resolve, ms);
    await promise;
    clearTimeout(timer);
    wake = undefined;
  }

  return {
    take,
    /** PostgreSQL answers again: retries what is pending at once. */
    wake: () => wake?.(),
  };
}
