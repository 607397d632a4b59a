import type { Inputs } from '#client/console-api.ts';

export type WebhookFilters = Pick<NonNullable<Inputs['webhooks']['list']>, 'search' | 'status' | 'limit'>;

export const STATUSES = ['active', 'paused', 'disabled'] as const;

/** The list's filters from the page's query string. The list asks on until it has all: what needs attention stands first. */
export const webhookFilters = (params: URLSearchParams): WebhookFilters => ({
  search: params.get('search') || undefined,
  status: STATUSES.find((status) => status === params.get('status')),
  limit: 200,
});
