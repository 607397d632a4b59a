import { rangeName, timeRange } from '#features/csp/timeline/pages/time-range.ts';

/** A week shows more browsers than a day. */
export const COVERAGE_RANGE = '7d';

/** The page's query. It leaves out noise, which includes self-tests. */
export function coverageQuestion(params: URLSearchParams, now: number) {
  const range = params.has('range') ? rangeName(params) : COVERAGE_RANGE;
  return { ...timeRange(new URLSearchParams({ range }), now), noise: false };
}
