import { type TimeRange, timeRange } from '#features/csp/timeline/pages/time-range.ts';

/** What the pages narrow the log stream to, as the API takes it. */
export type CspFilters = TimeRange & {
  disposition?: 'enforce' | 'report';
  directive?: string;
  blocked_host?: string;
  document?: string;
  browser?: string;
  noise?: boolean;
  q?: string;
};

export const DISPOSITIONS = [
  { value: 'enforce', label: 'Blocked' },
  { value: 'report', label: 'Would block' },
] as const;

/** How noise is shown. By default, it is hidden. */
export const NOISE = [
  { value: 'show', label: 'Include noise' },
  { value: 'only', label: 'Noise alone' },
] as const;

/** The filters that are texts, by their names in the query string, which are the API's. */
export const TEXT_FILTERS = [
  { name: 'directive', label: 'Directive' },
  { name: 'blocked_host', label: 'Blocked host' },
  { name: 'document', label: 'Page' },
  { name: 'browser', label: 'Browser' },
  { name: 'q', label: 'Text' },
] as const;

const NAMES = [...TEXT_FILTERS.map(({ name }) => name), 'disposition', 'noise', 'range', 'since', 'until'] as const;

/** Takes every filter out of the query string; the order of a list stays. */
export const NO_FILTERS = Object.fromEntries(NAMES.map((name) => [name, null]));

/** The API refuses longer texts; what is longer matches nothing either way. */
const LONGEST = 500;

/**
 * The filters of a page's query string, as the API takes them. What is not one of the choices filters nothing.
 * @param now the page's time in milliseconds, which a range such as `24h` ends with.
 */
export function cspFilters(params: URLSearchParams, now: number): CspFilters {
  const filters: CspFilters = { ...timeRange(params, now) };
  for (const { name } of TEXT_FILTERS) {
    const text = params
      .get(name)
      ?.replace(/\p{Cc}/gu, '')
      .trim()
      .slice(0, LONGEST)
      .trim();
    if (text) filters[name] = text;
  }
  const disposition = DISPOSITIONS.find(({ value }) => value === params.get('disposition'))?.value;
  if (disposition) filters.disposition = disposition;
  const noise = params.get('noise');
  if (noise !== 'show') filters.noise = noise === 'only';
  return filters;
}

/** Whether the query string takes anything away beside time and noise, which always do. */
export const isNarrowed = (params: URLSearchParams): boolean =>
  params.get('noise') === 'only' ||
  params.has('disposition') ||
  TEXT_FILTERS.some(({ name }) => Boolean(params.get(name)?.trim()));
