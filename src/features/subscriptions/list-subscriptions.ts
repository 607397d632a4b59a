import { page } from '#platform/paging.ts';
import { notFound } from '#platform/refusal.ts';
import type { Scope } from '#platform/scope.ts';
import type { SUBSCRIPTION_STATUSES } from './schema.ts';
import { selectSubscriptions, type Webhook } from './select-subscriptions.ts';

type Question = {
  limit: number;
  cursor?: string | undefined;
  search?: string | undefined;
  status?: (typeof SUBSCRIPTION_STATUSES)[number] | undefined;
};

/** A page of subscriptions, newest first. */
export async function listSubscriptions(scope: Scope, { limit, cursor, ...filters }: Question) {
  return page(await selectSubscriptions(scope, { ...filters, before: cursor, limit: limit + 1 }), limit);
}

/** @throws Refusal NOT_FOUND */
export async function getSubscription(scope: Scope, id: string): Promise<Webhook> {
  const [webhook] = await selectSubscriptions(scope, { id, limit: 1 });
  if (!webhook) throw notFound('webhook');
  return webhook;
}
