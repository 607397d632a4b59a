import type { TimelineData } from './timeline.tsx';

/** How many reports of a directive are in a bar. What a report calls a directive may be `constructor`. */
export const countOf = ({ counts }: Pick<TimelineData['items'][number], 'counts'>, directive: string): number =>
  Object.hasOwn(counts, directive) ? (counts[directive] ?? 0) : 0;
