import type { Inputs } from '#client/console-api.ts';

export type WebhookFilters = Pick<NonNullable<Inputs['webhooks']['list']>, 'search' | 'status' | 'order'>;

export const STATUSES = ['active', 'paused', 'disabled'] as const;

/** The list's filters from the page's query string. Webhooks that need attention come first. */
export const webhookFilters = (params: URLSearchParams): WebhookFilters => ({
  search: params.get('search') || undefined,
  status: STATUSES.find((status) => status === params.get('status')),
  order: 'attention',
});

/** The list's filters for the webhooks that receive an event type. */
export const webhooksTaking = (event_type: string) => ({ event_type, order: 'attention' }) as const;
