import type { Outputs } from '#client/console-api.ts';
import type { Tone } from '#ui/state-label.tsx';

export type Source = Outputs['sources']['get'];

export const SOURCE_STATES: Record<Source['state'], { label: string; tone: Tone }> = {
  starting: { label: 'Not reading yet', tone: 'idle' },
  reading: { label: 'Reading', tone: 'success' },
  paused: { label: 'Paused', tone: 'warning' },
  broken: { label: 'Broken', tone: 'failure' },
};

const UNITS: [string, number][] = [
  ['GiB', 1024 ** 3],
  ['MiB', 1024 ** 2],
  ['KiB', 1024],
];

/** A number of bytes as people read it: "1.4 MiB". */
export function bytes(number: number): string {
  const unit = UNITS.find(([, size]) => number >= size);
  return unit ? `${(number / unit[1]).toFixed(1)} ${unit[0]}` : `${number} bytes`;
}
