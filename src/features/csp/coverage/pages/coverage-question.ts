import { rangeName, timeRange } from '#features/csp/timeline/pages/time-range.ts';

/** A week shows more browsers than a day. */
export const COVERAGE_RANGE = '7d';

/** What the page asks for. Noise is left out, and with it what the self-test made up. */
export function coverageQuestion(params: URLSearchParams, now: number) {
  const range = params.has('range') ? rangeName(params) : COVERAGE_RANGE;
  return { ...timeRange(new URLSearchParams({ range }), now), noise: false };
}
