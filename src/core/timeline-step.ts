const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** Lengths that divide a day or are whole days, so that bars start at round times. */
const STEPS = [
  ...[1, 5, 15, 30].map((seconds) => seconds * SECOND_MS),
  ...[1, 2, 5, 10, 15, 30].map((minutes) => minutes * MINUTE_MS),
  ...[1, 2, 3, 6, 12].map((hours) => hours * HOUR_MS),
];

/** The maximum number of bars that people can still distinguish. */
const MOST_BARS = 60;

/** The duration of one bar in a chart over `lengthMs`: the shortest one with at most 60 bars. */
export function timelineStep(lengthMs: number): number {
  const enough = STEPS.find((step) => lengthMs / step <= MOST_BARS);
  return enough ?? Math.ceil(lengthMs / MOST_BARS / DAY_MS) * DAY_MS;
}
