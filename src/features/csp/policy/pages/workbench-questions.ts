import { NOISE } from '#features/csp/groups/pages/csp-filters.ts';
import { timeRange } from '#features/csp/timeline/pages/time-range.ts';

/** As many groups as the API gives at once, those with the most reports first. */
export const GROUPS_AT_ONCE = 200;

/** What the workbench asks the API for, from its query string and its time. Policies are of any time. */
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
