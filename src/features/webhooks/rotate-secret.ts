import type { z } from 'zod';
import { recordAudit } from '#platform/audit.ts';
import { inTransaction, untilAnswered } from '#platform/postgres/transaction.ts';
import type { Scope } from '#platform/scope.ts';
import { isSealedTextError } from '#platform/secrets/secrets.ts';
import { getWebhook } from './get-webhook.ts';
import { lockWebhook } from './lock-webhook.ts';
import type { Webhook } from './row.ts';
import type { rotateSecretInput } from './schema.ts';
import { newSecret, sealPreviousSecret, sealSecret } from './webhook-secrets.ts';

const HOUR_MS = 3_600_000;

/**
 * Replaces a webhook's signing secret. During the overlap, requests are signed with both secrets, so that the receiver can
 * switch at any time. If there already was a previous secret, it stops being used.
 * @returns the webhook with the new secret, which no other response contains.
 * @throws Refusal NOT_FOUND
 */
export async function rotateSecret(
  scope: Scope,
  { id, secret = newSecret(), overlap_hours }: z.output<typeof rotateSecretInput>,
): Promise<Webhook & { secret: string }> {
  const { database, secrets, live } = scope.platform;
  await inTransaction(database, async (tx) => {
    const before = await lockWebhook(tx, scope, id);
    const now = new Date();
    // Nothing can be signed with a secret that can't be decrypted, so there is no overlap.
    const previous =
      overlap_hours > 0
        ? await sealPreviousSecret(secrets, tx, before).catch((error: unknown) => {
            if (isSealedTextError(error)) return null;
            throw error;
          })
        : null;
    const until = previous ? new Date(now.getTime() + overlap_hours * HOUR_MS) : null;
    await tx.webhook.update({
      where: { id },
      data: {
        sealed_secret: await sealSecret(secrets, tx, id, secret),
        sealed_previous_secret: previous,
        previous_secret_until: until,
        updated_at: now,
      },
    });
    await recordAudit(tx, scope, {
      action: 'webhook.secret_rotated',
      severity: 'security',
      target: { type: 'webhook', id, name: before.target_url },
      details: { overlap_hours },
    });
  });
  live.notify('settings', [id]);
  return { ...(await untilAnswered(() => getWebhook(scope, id))), secret };
}
