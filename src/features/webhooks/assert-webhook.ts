import type { Scope } from '#platform/scope.ts';
import { notFound } from '#platform/trpc/refusal.ts';

/** @throws Refusal NOT_FOUND */
export async function assertWebhook({ platform, organization_id }: Scope, id: string) {
  const where = { id, organization_id, deleted_at: null };
  const found = await platform.database.webhook.findFirst({
    where,
    select: { status: true, target_url: true, ordered: true },
  });
  if (!found) throw notFound('webhook');
  return found;
}
