import type { z } from 'zod';
import { MASK } from '#core/mask.ts';
import { recordAudit } from '#platform/audit.ts';
import { issuesOf } from '#platform/error-body.ts';
import { conflict, invalid, notFound } from '#platform/refusal.ts';
import type { Scope } from '#platform/scope.ts';
import { inTransaction } from '#platform/transaction.ts';
import { assertEventTypes } from './check-event-types.ts';
import { assertReachable } from './check-target-url.ts';
import { filterColumns } from './create-subscription.ts';
import { getSubscription } from './list-subscriptions.ts';
import { headersInput, type updateWebhookInput } from './schema.ts';
import type { Webhook } from './select-subscriptions.ts';
import { openHeaders, sealHeaders } from './subscription-secrets.ts';

/**
 * Changes what is given and keeps the rest. It holds for what is published from now on, and for every attempt from now
 * on, also of what waits.
 * @throws Refusal NOT_FOUND, VALIDATION, CONFLICT when somebody else changed it at the same time.
 */
export async function updateSubscription(
  scope: Scope,
  { id, headers, filter, ...given }: z.output<typeof updateWebhookInput>,
): Promise<Webhook> {
  if (given.event_type) await assertEventTypes(scope, given.event_type);
  if (given.target_url) await assertReachable(scope, given.target_url);
  const { database, secrets } = scope.platform;
  const where = { id, organization_id: scope.organization_id, deleted_at: null };
  await inTransaction(database, async (tx) => {
    const before = await tx.subscription.findFirst({ where });
    if (!before) throw notFound('webhook');
    const merged = headers && unmask(headers, await openHeaders(secrets, before));
    const { count } = await tx.subscription.updateMany({
      where: { ...where, updated_at: before.updated_at },
      data: {
        ...given,
        ...(filter !== undefined && filterColumns(filter)),
        ...(merged && {
          header_names: Object.keys(merged),
          sealed_headers: await sealHeaders(secrets, tx, id, merged),
        }),
        updated_at: new Date(),
      },
    });
    if (count === 0) throw conflict('Somebody else changed this webhook just now: load it again.', []);
    await recordAudit(tx, scope, {
      action: 'webhook.updated',
      target: { type: 'webhook', id, name: given.target_url ?? before.target_url },
      details: { ...given, ...(filter !== undefined && { filter }), ...(merged && { headers: Object.keys(merged) }) },
    });
  });
  scope.platform.live.tell('settings', [id]);
  return getSubscription(scope, id);
}

/** @throws Refusal VALIDATION for a mask of a header that is not there, and for what is no header. */
function unmask(given: Record<string, string>, stored: Record<string, string>): Record<string, string> {
  const merged = Object.fromEntries(
    Object.entries(given).map(([name, value]) => [name, value === MASK ? (stored[name] ?? value) : value]),
  );
  const parsed = headersInput.safeParse(merged);
  if (parsed.success) return merged;
  throw invalid(...parsed.error.issues.flatMap((issue) => issuesOf(issue, ['headers'])));
}
