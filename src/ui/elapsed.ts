const UNITS: [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 365 * 86_400_000],
  ['month', 30 * 86_400_000],
  ['week', 7 * 86_400_000],
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
];

const words = new Intl.RelativeTimeFormat('en', { numeric: 'always' });

/** A time in words as seen from `now` (both in milliseconds): "just now", "3 minutes ago", "in 2 months". */
export function elapsed(time: number, now: number): string {
  const difference = time - now;
  const unit = UNITS.find(([, size]) => Math.abs(difference) >= size);
  if (!unit) return difference > 30_000 ? 'in a moment' : 'just now';
  const [name, size] = unit;
  // What has passed is never told as more than it was; 90 days less a moment are three months.
  const count = difference > 0 ? Math.round(difference / size) : Math.trunc(difference / size);
  return words.format(count, name);
}

/** A duration in milliseconds as people read it: "12 ms", "1.4 s", "30 s". */
export function duration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  return `${(ms / 1000).toFixed(ms < 10_000 ? 1 : 0)} s`;
}
