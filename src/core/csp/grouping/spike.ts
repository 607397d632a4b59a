/** The reports of a group: of the hour that runs, and of the same hour of the days before on which the group could have been seen. */
export type HourlyReports = { now: number; before: readonly number[] };

/** A spike is this many times the usual number of reports, and at least this many. */
export type SpikeRule = { factor: number; minimum: number };

/** With fewer days, the usual number is unknown. */
export const LEAST_DAYS = 3;

/**
 * Whether an hour has far more reports than the same hour of the days before. The median says what is usual, so that one
 * bad day among them changes little. The hour that runs is taken as it is: what it has so far, it has for certain.
 * @returns how many are usual, or null when this is no spike.
 */
export function usualBeforeSpike({ now, before }: HourlyReports, { factor, minimum }: SpikeRule): number | null {
  if (now < minimum || before.length < LEAST_DAYS) return null;
  const usual = median(before);
  return now >= usual * factor ? usual : null;
}

/** Of an even number, the middle of the two in the middle. */
function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)] ?? 0;
  const lower = sorted[Math.floor((sorted.length - 1) / 2)] ?? 0;
  return (lower + upper) / 2;
}
