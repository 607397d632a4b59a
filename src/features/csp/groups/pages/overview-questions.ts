import { cspFilters } from './csp-filters.ts';

export const GROUP_SORTS = [
  { value: 'count', label: 'Most reports' },
  { value: 'last_seen', label: 'Last seen' },
  { value: 'first_seen', label: 'Newest' },
] as const;

const DEFAULT_SORT = GROUP_SORTS[0].value;

/** How many groups the page names as new; the list below has them all. */
export const MOST_NEW = 3;

/** Whether the log stream holds any violation at all. */
export const ANY_VIOLATION = { limit: 1 };

/** What the overview asks the API for, from its query string and its time. */
export function overviewQuestions(params: URLSearchParams, now: number) {
  const filters = { ...cspFilters(params, now), ...(params.get('muted') !== 'show' && { muted: false }) };
  const sort = GROUP_SORTS.find(({ value }) => value === params.get('sort'))?.value ?? DEFAULT_SORT;
  return {
    timeline: filters,
    newest: { ...filters, is_new: true, limit: MOST_NEW + 1 },
    groups: { ...filters, ...(params.has('new') && { is_new: true }), sort, limit: 25 },
  };
}
