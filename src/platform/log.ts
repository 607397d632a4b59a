import { type Logger, pino } from 'pino';

export type { Logger } from 'pino';

/**
 * The application's log: one JSON line a record on standard output, or on standard error for the CLI, whose output
 * is read by programs.
 */
export function createLog(level: string, stream: 'stdout' | 'stderr' = 'stdout'): Logger {
  return pino(
    { level, name: 'honeyframe', base: undefined, timestamp: pino.stdTimeFunctions.epochTime },
    pino.destination({ fd: stream === 'stdout' ? 1 : 2, sync: true }),
  );
}
