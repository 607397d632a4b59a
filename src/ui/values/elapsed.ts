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
  // Elapsed time is never rounded up: a moment less than 90 days is shown as less than three months.
  const count = difference > 0 ? Math.round(difference / size) : Math.trunc(difference / size);
  return words.format(count, name);
}

const exactly = new Intl.NumberFormat('en', { maximumFractionDigits: 3 });

/** In milliseconds, largest first; a duration is told in one of them and the next. */
const SIZES: [size: number, name: string][] = [
  [86_400_000, 'd'],
  [3_600_000, 'h'],
  [60_000, 'min'],
  [1000, 's'],
];

/**
 * A duration in milliseconds as people read it: "12 ms", "1.4 s", "30 s", "10 min 2 s", "3 h 5 min", "2 d 4 h". What is
 * not known, or below zero because two clocks differ, is "–".
 */
export function duration(ms: number | null | undefined): string {
  if (ms === null || ms === undefined || !Number.isFinite(ms) || ms < 0) return '–';
  if (ms > 0 && ms < 0.5) return '< 1 ms';
  if (Math.round(ms) < 1000) return `${Math.round(ms)} ms`;
  if (ms < 9_950) return `${(ms / 1000).toFixed(1)} s`;
  // Rounded to what is shown first, so that 59.7 s are a minute and not "60 s".
  const shown = [1000, 60_000, 3_600_000].map((step) => Math.round(ms / step) * step);
  const [toSecond = 0, toMinute = 0, toHour = 0] = shown;
  const rounded = toSecond < 3_600_000 ? toSecond : toMinute < 86_400_000 ? toMinute : toHour;
  const first = SIZES.findIndex(([size]) => rounded >= size);
  const [size, name] = SIZES[first] ?? [1000, 's'];
  const [nextSize, nextName] = SIZES[first + 1] ?? [1, ''];
  const rest = nextName === '' ? 0 : Math.round((rounded % size) / nextSize);
  const whole = `${exactly.format(Math.floor(rounded / size))} ${name}`;
  return rest > 0 ? `${whole} ${rest} ${nextName}` : whole;
}

/** The exact value in milliseconds, shown on hover: "601,940 ms". */
export const exactDuration = (ms: number | null | undefined): string | undefined =>
  ms === null || ms === undefined || !Number.isFinite(ms) ? undefined : `${exactly.format(ms)} ms`;
