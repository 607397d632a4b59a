import type { Inputs } from '#client/console-api.ts';
import { sinceOf } from '#ui/lists/since-filter.ts';

export type EventFilters = Pick<
  NonNullable<Inputs['events']['list']>,
  'event_type' | 'since' | 'search' | 'payload_contains'
>;

/** The list's filters from the page's query string, as the API takes them. */
export function eventFilters(params: URLSearchParams, now = Date.now()): EventFilters {
  const text = params.get('search')?.trim() || undefined;
  const isPayload = params.get('in') === 'payload';
  return {
    event_type: params.get('type') || undefined,
    since: sinceOf(params, now),
    search: isPayload ? undefined : text,
    payload_contains: isPayload ? text : undefined,
  };
}
