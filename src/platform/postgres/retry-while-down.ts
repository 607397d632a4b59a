import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from '#platform/log-files/log.ts';
import { databaseProblem } from './database-down.ts';

/** How long a start waits for a PostgreSQL that is slow, still starting, or full. */
const START_DEADLINE_MS = 60_000;
/** Nothing listens there. It may be starting together with us, but more often the address is wrong. */
const REFUSED_DEADLINE_MS = 10_000;
const PAUSE_MS = 1_000;

export type Patience = { startMs: number; refusedMs: number };

/**
 * Does a step of the start, again and again while PostgreSQL is away for a reason that may pass.
 * @throws what the step throws: at once when it cannot pass, such as a wrong password, and the last one after the deadline.
 */
export async function retryWhileDown<Result>(
  log: Logger,
  step: () => Promise<Result>,
  { startMs, refusedMs }: Patience = { startMs: START_DEADLINE_MS, refusedMs: REFUSED_DEADLINE_MS },
): Promise<Result> {
  const startedAt = performance.now();
  for (;;) {
    try {
      return await step();
    } catch (error) {
      const problem = databaseProblem(error);
      const patienceMs = isRefused(error) ? refusedMs : startMs;
      if (problem === null || problem === 'read_only' || performance.now() - startedAt >= patienceMs) throw error;
      const reason = error instanceof Error ? error.message.split('\n', 1)[0] : String(error);
      log.warn({ problem, reason }, 'PostgreSQL cannot be used yet; waiting for it');
      await delay(PAUSE_MS);
    }
  }
}

/** Whether nothing listens at the address. */
function isRefused(error: unknown, depth = 0): boolean {
  if (!(error instanceof Error) || depth > 6) return false;
  if ('code' in error && error.code === 'ECONNREFUSED') return true;
  return (
    isRefused(error.cause, depth + 1) || (error instanceof AggregateError && isRefused(error.errors[0], depth + 1))
  );
}
