import { databaseNow } from './postgres/database-now.ts';
import type { Platform } from './scope.ts';

/** Puts right what was written while a clock was ahead, and would hold for as long as it was set back. Idempotent. */
export type ClockRepair = (platform: Pick<Platform, 'pool' | 'live'>) => Promise<unknown>;

export type ClockWatch = {
  /** Looks now: repairs at the first look, and when a clock was set. */
  look(): Promise<void>;
  stop(): Promise<void>;
};

type Reading = { databaseMs: number; processMs: number; monotonicMs: number };

const LOOK_EVERY_MS = 10_000;
/** Less than this is the network's delay, or what time servers correct all day. */
const TOLERANCE_MS = 5_000;

/**
 * Compares this process's clock with PostgreSQL's from time to time, and both with the monotonic clock, which nobody
 * can set. Differences are logged once, when they change.
 * @param repairs run at the first comparison, because a clock may have been set while no process ran, and whenever one
 * was set.
 */
export function watchClock(
  platform: Platform,
  repairs: readonly ClockRepair[],
  lookEveryMs = LOOK_EVERY_MS,
): ClockWatch {
  const { log } = platform;
  let last: Reading | undefined;
  let saidDifferenceMs = 0;
  let looking: Promise<void> = Promise.resolve();

  async function read(): Promise<Reading> {
    const askedAt = performance.now();
    const now = await databaseNow(platform);
    const monotonicMs = performance.now();
    const databaseMs = now.getTime() + (monotonicMs - askedAt) / 2;
    return { databaseMs, processMs: Date.now(), monotonicMs };
  }

  function sayDifference({ databaseMs, processMs }: Reading): void {
    const differenceMs = processMs - databaseMs;
    if (Math.abs(differenceMs - saidDifferenceMs) < TOLERANCE_MS) return;
    saidDifferenceMs = Math.abs(differenceMs) < TOLERANCE_MS ? 0 : differenceMs;
    const difference_seconds = Math.round(differenceMs / 1000);
    const way = differenceMs > 0 ? 'ahead of' : 'behind';
    if (saidDifferenceMs === 0) log.info({ difference_seconds }, 'This process’s clock agrees with PostgreSQL’s again');
    else
      log.warn(
        { difference_seconds },
        `This process's clock is ${Math.abs(difference_seconds)} s ${way} PostgreSQL's. Check NTP on both machines. PostgreSQL's clock decides what is due and what is deleted`,
      );
  }

  /** @returns whether a clock was set since the last reading. */
  function sayJumps(reading: Reading): boolean {
    const before = last;
    if (!before) return true;
    const passedMs = reading.monotonicMs - before.monotonicMs;
    const databaseJumpMs = reading.databaseMs - before.databaseMs - passedMs;
    const processJumpMs = reading.processMs - before.processMs - passedMs;
    if (Math.abs(databaseJumpMs) >= TOLERANCE_MS) {
      const jump_seconds = Math.round(databaseJumpMs / 1000);
      const way = jump_seconds < 0 ? 'back' : 'ahead';
      log.warn({ jump_seconds }, `PostgreSQL's clock was set ${way} by ${Math.abs(jump_seconds)} s`);
      return true;
    }
    return Math.abs(processJumpMs) >= TOLERANCE_MS;
  }

  async function look(): Promise<void> {
    const reading = await read();
    sayDifference(reading);
    if (sayJumps(reading)) for (const repair of repairs) await repair(platform);
    // Not before the repairs have worked: one that failed is tried again at the next look.
    last = reading;
  }

  const lookInTurn = () => {
    looking = looking.catch(() => {}).then(look);
    return looking;
  };
  const quietly = () =>
    void lookInTurn().catch((error: unknown) => log.debug({ err: error }, 'The clocks could not be compared'));
  const timer = setInterval(quietly, lookEveryMs);
  quietly();
  return {
    look: lookInTurn,
    async stop() {
      clearInterval(timer);
      await looking.catch(() => {});
    },
  };
}
