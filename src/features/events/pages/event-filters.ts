import type { Inputs } from '#client/console-api.ts';
import { sinceOf } from '#ui/lists/since-filter.ts';

export type EventFilters = Pick<Inputs['events']['list'], 'event_type' | 'since'>;

/** The list's filters from the page's query string, as the API takes them. */
export const eventFilters = (params: URLSearchParams, now = Date.now()): EventFilters => ({
  event_type: params.get('type') || undefined,
  since: sinceOf(params, now),
});
