import type { Outputs } from '#client/console-api.ts';
import type { Tone } from '#ui/state-label.tsx';

export type Source = Outputs['sources']['get'];

export const SOURCE_STATES: Record<Source['state'], { label: string; tone: Tone }> = {
  starting: { label: 'Not reading yet', tone: 'idle' },
  reading: { label: 'Reading', tone: 'success' },
  paused: { label: 'Paused', tone: 'warning' },
  broken: { label: 'Broken', tone: 'failure' },
};
