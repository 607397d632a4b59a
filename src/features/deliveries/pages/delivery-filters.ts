import type { Inputs } from '#client/console-api.ts';
import { sinceOf } from '#ui/lists/since-filter.ts';

export type DeliveryFilters = Pick<Inputs['webhooks']['deliveries'], 'status' | 'event_type' | 'since'>;

export const STATUSES = ['pending', 'delivered', 'failed', 'cancelled'] as const;

/** The list's filters from the page's query string, as the API takes them. */
export const deliveryFilters = (params: URLSearchParams, now = Date.now()): DeliveryFilters => ({
  status: STATUSES.find((status) => status === params.get('status')),
  event_type: params.get('type') || undefined,
  since: sinceOf(params, now),
});
