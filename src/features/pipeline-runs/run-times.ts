import type { RunStatus } from './schema.ts';

const HAS_ENDED: Record<RunStatus, boolean> = {
  queued: false,
  running: false,
  succeeded: true,
  failed: true,
  cancelled: true,
};

type Times = { started_at?: Date | null | undefined; finished_at?: Date | null | undefined };

/** The times that follow from a status, if they were not given and are not known. */
export function timesOf(status: RunStatus, known: Times, now: Date): Times {
  return {
    ...(status === 'running' && !known.started_at ? { started_at: now } : {}),
    ...(HAS_ENDED[status] && !known.finished_at ? { finished_at: now } : {}),
  };
}
