import type { Inputs } from '#client/console-api.ts';

export type DeliveryFilters = Pick<Inputs['webhooks']['deliveries'], 'status' | 'event_type' | 'since'>;

export const STATUSES = ['pending', 'delivered', 'failed', 'cancelled'] as const;
const HOURS: Record<string, number> = { '1h': 1, '24h': 24, '7d': 168 };
export const TIMES = [
  { value: '1h', label: 'Last hour' },
  { value: '24h', label: 'Last 24 hours' },
  { value: '7d', label: 'Last 7 days' },
];
const MINUTE_MS = 60_000;

/** The filters of the delivery list from the page's query string; times to the minute, so that a page asks once. */
export function deliveryFilters(params: URLSearchParams, now = Date.now()): DeliveryFilters {
  const hours = HOURS[params.get('time') ?? ''];
  const minute = Math.floor(now / MINUTE_MS) * MINUTE_MS;
  return {
    status: STATUSES.find((status) => status === params.get('status')),
    event_type: params.get('type') || undefined,
    since: hours === undefined ? undefined : new Date(minute - hours * 3_600_000).toISOString(),
  };
}
