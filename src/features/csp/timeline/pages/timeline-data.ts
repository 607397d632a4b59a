import type { Outputs } from '#client/console-api.ts';

export type TimelineData = Outputs['csp']['timeline'];

/** From where to where, and of which directive when one was meant. */
export type Narrowing = { since: string; until: string; directive?: string };

/** How many reports of a directive are in a bar. What a report calls a directive may be `constructor`. */
export const countOf = ({ counts }: Pick<TimelineData['items'][number], 'counts'>, directive: string): number =>
  Object.hasOwn(counts, directive) ? (counts[directive] ?? 0) : 0;
