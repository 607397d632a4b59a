import type { z } from 'zod';
import type { LineFilter } from '#core/csp/report/line-filter.ts';
import { invalid } from '#platform/trpc/refusal.ts';
import type { cspFilters } from '../schema.ts';

export type CspFilters = { [Name in keyof typeof cspFilters]?: z.output<(typeof cspFilters)[Name]> };

/**
 * The filters of a query in the form that the readers of lines use.
 * @throws Refusal when the time range is empty.
 */
export function toLineFilter({ since, until, ...filters }: CspFilters): LineFilter {
  if (since && until && since >= until) throw invalid({ path: ['until'], message: 'Must be after since.' });
  return { ...filters, since: since?.getTime(), until: until?.getTime() };
}

export type TimeSpan = { since: number; until: number };

const MINUTE_MS = 60_000;
export const DAY_MS = 24 * 60 * MINUTE_MS;
/** The last moment that an answer can say (RFC 3339 has four digits for the year). */
const LAST_MS = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

/**
 * The filters with a beginning and an end, for questions that count over a time: up to now, and from so long before
 * its end. Both to the minute, so that those who ask at the same time ask the same.
 */
export function toSpanFilter(filters: CspFilters, lengthMs: number, now = Date.now()): LineFilter & TimeSpan {
  const untilNow = Math.ceil((now + 1) / MINUTE_MS) * MINUTE_MS;
  const afterSince = Math.min((filters.since?.getTime() ?? 0) + MINUTE_MS, LAST_MS);
  const until = filters.until?.getTime() ?? Math.max(untilNow, afterSince);
  const since = filters.since?.getTime() ?? until - lengthMs;
  return { ...toLineFilter({ ...filters, until: new Date(until) }), since, until };
}
