import type { Outputs } from '#client/console-api.ts';
import type { Tone } from '#ui/page/state-label.tsx';

export type Run = Outputs['pipelineRuns']['get'];

/** The label and color of each status. */
export const RUN_STATUSES: Record<Run['status'], { label: string; tone: Tone }> = {
  queued: { label: 'Queued', tone: 'idle' },
  running: { label: 'Running', tone: 'running' },
  succeeded: { label: 'Succeeded', tone: 'success' },
  failed: { label: 'Failed', tone: 'failure' },
  cancelled: { label: 'Cancelled', tone: 'idle' },
};

export const isRunStatus = (text: string): text is Run['status'] => Object.hasOwn(RUN_STATUSES, text);

export const STATUS_OPTIONS = Object.entries(RUN_STATUSES).map(([value, { label }]) => ({ value, label }));

/** How long it took, in milliseconds. Null while that is unknown. */
export const tookMs = ({ started_at, finished_at }: Run): number | null =>
  started_at && finished_at ? Date.parse(finished_at) - Date.parse(started_at) : null;
