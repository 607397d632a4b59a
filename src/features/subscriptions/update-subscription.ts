import { isDeepStrictEqual } from 'node:util';
import type { z } from 'zod';
import { MASK } from '#core/mask.ts';
import { isSameServer } from '#core/same-server.ts';
import { awaitRecall, recallLanes } from '#features/events/recall-lanes.ts';
import { recordAudit } from '#platform/audit.ts';
import { issuesOf } from '#platform/error-body.ts';
import { conflict, invalid, notFound } from '#platform/refusal.ts';
import type { Scope } from '#platform/scope.ts';
import { inTransaction } from '#platform/transaction.ts';
import { assertEventTypes } from './check-event-types.ts';
import { assertReachable } from './check-target-url.ts';
import { getSubscription } from './list-subscriptions.ts';
import { headersInput, type updateWebhookInput } from './schema.ts';
import type { Webhook } from './select-subscriptions.ts';
import { filterSource, storeFilter } from './store-filter.ts';
import { openHeaders, sealHeaders } from './subscription-secrets.ts';

/** A webhook after a change, with the names of the headers that the change took away because the receiver's host changed. */
export type UpdatedWebhook = Webhook & { dropped_secrets: string[] };

/**
 * Changes what is given and keeps the rest. It applies to all future attempts, including queued deliveries. Headers were
 * given for one receiver: when its scheme, host or port changes, those that are not given again are dropped. The signing
 * secret is never sent, so it stays.
 * @param source the filter in JSON as it was written.
 * @param onSecretsChange called before a header is set, removed or dropped, since its value is a secret; what it throws
 * refuses the whole change
 * @throws Refusal NOT_FOUND, VALIDATION, CONFLICT when somebody else changed it at the same time.
 */
export async function updateSubscription(
  scope: Scope,
  { id, headers, filter, ...given }: z.output<typeof updateWebhookInput>,
  source?: string | null,
  onSecretsChange: () => void = () => undefined,
): Promise<UpdatedWebhook> {
  if (given.event_type) await assertEventTypes(scope, given.event_type);
  if (given.target_url) await assertReachable(scope, given.target_url);
  const { database, secrets } = scope.platform;
  const where = { id, organization_id: scope.organization_id, deleted_at: null };
  const { dropped_secrets, recall } = await inTransaction(database, async (tx) => {
    const before = await tx.subscription.findFirst({ where });
    if (!before) throw notFound('webhook');
    const isMoved = given.target_url !== undefined && !isSameServer(before.target_url, given.target_url);
    const dropped = isMoved ? before.header_names.filter((name) => !headers || headers[name] === MASK) : [];
    if (dropped.length > 0 || (headers && !isDeepStrictEqual(headers, masksOf(before.header_names)))) onSecretsChange();
    const merged = isMoved
      ? withoutMasks(headers ?? {}, dropped)
      : headers && unmask(headers, hasMask(headers) ? await openHeaders(secrets, before) : {});
    const { count } = await tx.subscription.updateMany({
      where: { ...where, updated_at: before.updated_at },
      data: {
        ...given,
        ...(merged && {
          header_names: Object.keys(merged),
          sealed_headers: await sealHeaders(secrets, tx, id, merged),
        }),
        updated_at: new Date(),
      },
    });
    if (count === 0) throw conflict('Somebody else changed this webhook just now: load it again.', []);
    if (filter !== undefined) await storeFilter(tx, scope, id, filterSource(filter, source));
    // What the old address did says nothing about the new one.
    const hasNewUrl = given.target_url !== undefined && given.target_url !== before.target_url;
    if (hasNewUrl)
      await tx.lane.update({ where: { subscription_id: id }, data: { consecutive_failures: 0, failing_since: null } });
    await recordAudit(tx, scope, {
      action: 'webhook.updated',
      target: { type: 'webhook', id, name: given.target_url ?? before.target_url },
      details: {
        ...given,
        ...(filter !== undefined && { filter }),
        ...(merged && { headers: Object.keys(merged) }),
        ...(dropped.length > 0 && { dropped_secrets: dropped }),
      },
    });
    // What was read ahead would go to the old address, or without an order ahead of older ones.
    const isStale = hasNewUrl || (given.ordered === true && !before.ordered);
    return { dropped_secrets: dropped, recall: isStale ? await recallLanes(tx, [id]) : [] };
  });
  scope.platform.live.tell('settings', [id]);
  await awaitRecall(scope.platform, recall);
  return { ...(await getSubscription(scope, id)), dropped_secrets };
}

/** A webhook's headers as they leave the process. */
const masksOf = (names: readonly string[]) => Object.fromEntries(names.map((name) => [name, MASK]));

const hasMask = (headers: Record<string, string>) => Object.values(headers).includes(MASK);

/** @throws Refusal VALIDATION for a mask of a header that is not there, and for what is no header. */
const unmask = (given: Record<string, string>, stored: Record<string, string>): Record<string, string> =>
  checked(
    Object.fromEntries(
      Object.entries(given).map(([name, value]) => [name, value === MASK ? (stored[name] ?? value) : value]),
    ),
  );

/** For another host: a mask gives nothing again. */
const withoutMasks = (given: Record<string, string>, dropped: readonly string[]): Record<string, string> =>
  checked(Object.fromEntries(Object.entries(given).filter(([name]) => !dropped.includes(name))));

function checked(headers: Record<string, string>): Record<string, string> {
  const parsed = headersInput.safeParse(headers);
  if (parsed.success) return headers;
  throw invalid(...parsed.error.issues.flatMap((issue) => issuesOf(issue, ['headers'])));
}
