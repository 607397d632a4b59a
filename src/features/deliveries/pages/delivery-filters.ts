import type { Inputs } from '#client/console-api.ts';
import { sinceOf } from '#ui/lists/since-filter.ts';

export type DeliveryFilters = Omit<Inputs['deliveries']['list'], 'limit' | 'cursor' | 'webhook_id'>;

/** The states of the list's tabs, as its address names them. Retrying deliveries are pending ones of which an attempt has failed. */
export const STATES = ['pending', 'retrying', 'delivered', 'failed', 'cancelled'] as const;
export type State = (typeof STATES)[number];

/** The same whatever state is chosen: for the counts of all states. */
export const inAnyState = (filters: DeliveryFilters): DeliveryFilters => ({
  ...filters,
  status: undefined,
  retrying: undefined,
});

/** A time of the page's query string, as RFC 3339. An address that somebody has typed may hold anything. */
function timeOf(params: URLSearchParams, name: string): string | undefined {
  const time = Date.parse(params.get(name) ?? '');
  return Number.isNaN(time) ? undefined : new Date(time).toISOString();
}

function stateOf(params: URLSearchParams): Pick<DeliveryFilters, 'status' | 'retrying'> {
  const state = STATES.find((one) => one === params.get('status'));
  if (state === undefined) return { status: undefined, retrying: undefined };
  if (state === 'retrying') return { status: 'pending', retrying: true };
  return { status: state, retrying: state === 'pending' ? false : undefined };
}

/**
 * The list's filters from the page's query string, as the API takes them.
 * @returns every field, undefined if it filters nothing.
 */
export function deliveryFilters(params: URLSearchParams, now = Date.now()): DeliveryFilters {
  const attempts = Number(params.get('attempts'));
  const answer = params.get('answer') ?? '';
  const text = params.get('search')?.trim() || undefined;
  const isPayload = params.get('in') === 'payload';
  const around = text === undefined ? timeOf(params, 'around') : undefined;
  return {
    ...stateOf(params),
    event_type: params.get('type') || undefined,
    since: around === undefined ? (timeOf(params, 'from') ?? sinceOf(params, now)) : undefined,
    until: around === undefined ? timeOf(params, 'to') : undefined,
    around,
    answer: /^[1-5](\d\d|xx)$/.test(answer) ? answer : undefined,
    error_code: params.get('error') || undefined,
    origin: params.get('origin') === 'manual' ? 'manual' : undefined,
    min_attempts: Number.isInteger(attempts) && attempts > 0 ? attempts : undefined,
    search: isPayload ? undefined : text,
    payload_contains: isPayload ? text : undefined,
  };
}
