import { z } from 'zod';
import { recordAudit } from '#platform/audit.ts';
import { inTransaction, untilAnswered } from '#platform/postgres/transaction.ts';
import type { Scope } from '#platform/scope.ts';
import { conflict } from '#platform/trpc/refusal.ts';
import { assertEventTypes } from './check-event-types.ts';
import { assertReachable } from './check-target-url.ts';
import { getWebhook } from './get-webhook.ts';
import type { Webhook } from './row.ts';
import type { createWebhookInput } from './schema.ts';
import { storeFilter } from './store-filter.ts';
import { newSecret, sealHeaders, sealSecret } from './webhook-secrets.ts';

const newIds = z.tuple([z.object({ id: z.string() })]);
/** Limited because every publish has to check each of them. */
const MOST_WEBHOOKS = 1000;

/**
 * Creates a webhook. Events that are published from now on are delivered to it.
 * @returns the webhook with its secret, which no other response contains.
 * @throws Refusal VALIDATION for an unknown event type or an address that may not be reached, CONFLICT if the organization has too many.
 */
export async function createWebhook(
  scope: Scope,
  { secret = newSecret(), headers, filter, ...given }: z.output<typeof createWebhookInput>,
): Promise<Webhook & { secret: string }> {
  await assertEventTypes(scope, given.event_type);
  await assertReachable(scope, given.target_url);
  const { database, secrets } = scope.platform;
  const { organization_id } = scope;
  const id = await inTransaction(database, async (tx) => {
    if ((await tx.webhook.count({ where: { organization_id, deleted_at: null } })) >= MOST_WEBHOOKS)
      throw conflict(`There are already ${MOST_WEBHOOKS} webhooks, which is the limit. Delete one first.`, []);
    const [fresh] = newIds.parse(await tx.$queryRaw`select uuidv7()::text as id`);
    await tx.webhook.create({
      data: {
        id: fresh.id,
        organization_id,
        ...given,
        header_names: Object.keys(headers),
        sealed_secret: await sealSecret(secrets, tx, fresh.id, secret),
        sealed_headers: await sealHeaders(secrets, tx, fresh.id, headers),
        lane: { create: {} },
      },
    });
    await storeFilter(tx, scope, fresh.id, filter);
    await recordAudit(tx, scope, {
      action: 'webhook.created',
      target: { type: 'webhook', id: fresh.id, name: given.target_url },
      details: { ...given, filter, headers: Object.keys(headers) },
    });
    return fresh.id;
  });
  return { ...(await untilAnswered(() => getWebhook(scope, id))), secret };
}
