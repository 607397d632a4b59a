const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** The times that are one click away; `stepMs` is how often their begin moves on. */
const RANGES = {
  '1h': { label: 'Last hour', ms: HOUR, stepMs: MINUTE },
  '24h': { label: 'Last 24 hours', ms: DAY, stepMs: 5 * MINUTE },
  '7d': { label: 'Last 7 days', ms: 7 * DAY, stepMs: HOUR },
  '30d': { label: 'Last 30 days', ms: 30 * DAY, stepMs: HOUR },
} as const;

export type RangeName = keyof typeof RANGES;

export const DEFAULT_RANGE: RangeName = '24h';

/** The last days of that name, for what is not the reader's to choose. */
export const lastDays = (name: '7d' | '30d', now: number): TimeRange =>
  timeRange(new URLSearchParams({ range: name }), now);

export const RANGE_OPTIONS = Object.entries(RANGES).map(([value, { label }]) => ({ value, label }));

/** A time from somewhere to somewhere, either end open; RFC 3339. */
export type TimeRange = { since?: string; until?: string };

/**
 * The time range in the query string. A range such as `24h` has no end and starts at a whole step, so the query stays
 * the same for a while and fetched data can be reused.
 */
export function timeRange(params: URLSearchParams, now: number): TimeRange {
  const chosen = chosenTimes(params);
  if (chosen) return chosen;
  const { ms, stepMs } = RANGES[rangeName(params)];
  return { since: new Date(Math.floor((now - ms) / stepMs) * stepMs).toISOString() };
}

/** The chosen times, or null when the query string names a range or nothing. */
export function chosenTimes(params: URLSearchParams): TimeRange | null {
  const since = timeOf(params.get('since'));
  const until = timeOf(params.get('until'));
  if (!since && !until) return null;
  return { ...(since && { since }), ...(until && { until }) };
}

export function rangeName(params: URLSearchParams): RangeName {
  const given = params.get('range') ?? '';
  return isRange(given) ? given : DEFAULT_RANGE;
}

const isRange = (text: string): text is RangeName => Object.hasOwn(RANGES, text);

/** What a query string gives for a time, or null when that is none. */
function timeOf(text: string | null): string | null {
  const time = Date.parse(text ?? '');
  return Number.isNaN(time) ? null : new Date(time).toISOString();
}

const twoDigits = (number: number) => String(number).padStart(2, '0');

/** A time as `<input type="datetime-local">` has it: the browser's own, to the minute. */
export function toLocalInput(given: string | null): string {
  const time = timeOf(given);
  if (!time) return '';
  const at = new Date(time);
  const date = [at.getFullYear(), twoDigits(at.getMonth() + 1), twoDigits(at.getDate())].join('-');
  return `${date}T${twoDigits(at.getHours())}:${twoDigits(at.getMinutes())}`;
}

/** What such an input holds as RFC 3339, or null when it is empty. */
export const fromLocalInput = timeOf;
