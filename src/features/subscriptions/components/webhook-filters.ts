import type { Inputs } from '#client/console-api.ts';

export type WebhookFilters = Pick<NonNullable<Inputs['webhooks']['list']>, 'search' | 'status' | 'limit'>;

export const STATUSES = ['active', 'paused', 'disabled'] as const;

/** The list's filters from the page's query string. All are asked for at once: what needs attention stands first. */
export const webhookFilters = (params: URLSearchParams): WebhookFilters => ({
  search: params.get('search') || undefined,
  status: STATUSES.find((status) => status === params.get('status')),
  limit: 200,
});
