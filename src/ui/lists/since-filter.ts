const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** How far back a list looks; `stepMs` is how often its begin moves on, so that what was fetched stays of use. */
const RANGES = {
  '1h': { label: 'Last hour', ms: HOUR, stepMs: MINUTE },
  '24h': { label: 'Last 24 hours', ms: 24 * HOUR, stepMs: 5 * MINUTE },
  '7d': { label: 'Last 7 days', ms: 7 * 24 * HOUR, stepMs: HOUR },
  '30d': { label: 'Last 30 days', ms: 30 * 24 * HOUR, stepMs: HOUR },
} as const;

export const SINCE_OPTIONS = Object.entries(RANGES).map(([value, { label }]) => ({ value, label }));

const isRange = (name: string): name is keyof typeof RANGES => Object.hasOwn(RANGES, name);

/** The time that a page's query string names by `time=24h`, as RFC 3339; undefined for any time. */
export function sinceOf(params: URLSearchParams, now: number): string | undefined {
  const name = params.get('time') ?? '';
  if (!isRange(name)) return undefined;
  const { ms, stepMs } = RANGES[name];
  return new Date(Math.floor((now - ms) / stepMs) * stepMs).toISOString();
}

/** A query for an address: what is undefined is left out. */
export const queryString = (values: Readonly<Record<string, string | undefined>>): URLSearchParams =>
  new URLSearchParams(Object.entries(values).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
