import { type Logger, pino } from 'pino';

export type { Logger } from 'pino';

/** How much is buffered while the output accepts nothing, such as on a full disk. Everything beyond is lost. */
const MOST_WAITING_BYTES = 1024 * 1024;

/**
 * The application's log: one JSON line a record on standard output, or on standard error for the CLI, whose output
 * is read by programs. A log that cannot be written (its terminal is closed, its disk is full) stops nothing else.
 */
export function createLog(level: string, stream: 'stdout' | 'stderr' = 'stdout'): Logger {
  const output = pino.destination({
    fd: stream === 'stdout' ? 1 : 2,
    sync: true,
    maxLength: MOST_WAITING_BYTES,
  });
  // Without a listener a failed write throws where somebody logs, which may be in the middle of an end.
  output.on('error', () => {});
  return pino({ level, name: 'honeyframe', base: undefined, timestamp: pino.stdTimeFunctions.epochTime }, output);
}
