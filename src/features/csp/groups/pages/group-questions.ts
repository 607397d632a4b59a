import { chosenTimes, lastDays } from '#features/csp/timeline/pages/time-range.ts';

/** What a group's page asks the API for: the group, its last days, and its reports of the time that is chosen in the chart. */
export function groupQuestions(id: string, params: URLSearchParams, now: number) {
  const month = lastDays('30d', now);
  return {
    group: { id, ...month },
    timeline: { group: id, ...lastDays('7d', now) },
    reports: { group: id, ...(chosenTimes(params) ?? month), limit: 25 },
  };
}
