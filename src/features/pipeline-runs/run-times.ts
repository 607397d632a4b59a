import type { RunStatus } from './schema.ts';

const HAS_ENDED: Record<RunStatus, boolean> = {
  queued: false,
  running: false,
  succeeded: true,
  failed: true,
  cancelled: true,
};

type Times = { started_at?: Date | null | undefined; finished_at?: Date | null | undefined };

/** The times that a status brings with it, where nobody gave or knows them. */
export function timesOf(status: RunStatus, known: Times, now: Date): Times {
  return {
    ...(status === 'running' && !known.started_at ? { started_at: now } : {}),
    ...(HAS_ENDED[status] && !known.finished_at ? { finished_at: now } : {}),
  };
}
