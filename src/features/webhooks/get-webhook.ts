import type { Scope } from '#platform/scope.ts';
import { notFound } from '#platform/trpc/refusal.ts';
import { selectWebhooks, type Webhook } from './row.ts';

/** @throws Refusal NOT_FOUND */
export async function getWebhook(scope: Scope, id: string): Promise<Webhook> {
  const [found] = await selectWebhooks(scope, { id, limit: 1 });
  if (!found) throw notFound('webhook');
  return found.webhook;
}
