import type { Inputs } from '#client/console-api.ts';
import { sinceOf } from '#ui/lists/since-filter.ts';
import { isRunStatus } from './run-statuses.ts';

export type RunFilters = Pick<Inputs['pipelineRuns']['list'], 'status' | 'search' | 'since'>;

/** The list's filters from the page's query string, as the API takes them. */
export function runFilters(params: URLSearchParams, now: number): RunFilters {
  const status = params.get('status') ?? '';
  return {
    status: isRunStatus(status) ? status : undefined,
    search: params.get('search')?.trim() || undefined,
    since: sinceOf(params, now),
  };
}
