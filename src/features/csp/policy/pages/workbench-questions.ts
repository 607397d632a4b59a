import { NOISE } from '#features/csp/groups/pages/csp-filters.ts';
import { timeRange } from '#features/csp/timeline/pages/time-range.ts';

/** The most groups that the API returns at once, those with the most reports first. */
export const GROUPS_AT_ONCE = 200;

/** The queries of the workbench, from its URL. The time range doesn't apply to policies. */
export function workbenchQuestions(params: URLSearchParams, now: number) {
  const isWithNoise = params.get('noise') === NOISE[0].value;
  return {
    groups: {
      ...timeRange(params, now),
      ...(!isWithNoise && { noise: false }),
      sort: 'count' as const,
      limit: GROUPS_AT_ONCE,
    },
    policies: {},
  };
}
