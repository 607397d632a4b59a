import { publishSystemEvent } from '#features/events/publish-events.ts';
import { recordAudit } from '#platform/audit.ts';
import type { Platform } from '#platform/scope.ts';
import { inTransaction } from '#platform/transaction.ts';
import { cancelPending } from './cancel-pending.ts';
import type { DisabledReason } from './schema.ts';

const ENGINE = { type: 'system', id: 'deliveries', name: 'Deliveries' } as const;

/**
 * Disables a subscription whose receiver is gone or only fails, cancels what waits for it, and tells: an audit row, and
 * a `webhook.disabled` event. One that is disabled or deleted already is left alone.
 * @returns whether it did.
 */
export async function disableSubscription(platform: Platform, id: string, reason: DisabledReason): Promise<boolean> {
  const disabled = await inTransaction(platform.database, async (tx) => {
    const { count } = await tx.subscription.updateMany({
      where: { id, status: { not: 'disabled' }, deleted_at: null },
      data: {
        status: 'disabled',
        disabled_reason: reason,
        disabled_at: new Date(),
        paused_at: null,
        updated_at: new Date(),
      },
    });
    if (count === 0) return null;
    const row = await tx.subscription.findUniqueOrThrow({ where: { id } });
    await recordAudit(
      tx,
      { organization_id: row.organization_id, actor: ENGINE, ip: null, user_agent: null },
      {
        action: 'webhook.disabled',
        target: { type: 'webhook', id, name: row.target_url },
        details: { reason },
      },
    );
    return row;
  });
  if (!disabled) return false;
  platform.live.tell('settings', [id]);
  await cancelPending(platform, id, 'disabled');
  await publishSystemEvent(platform, disabled.organization_id, 'webhook.disabled', {
    webhook_id: id,
    target_url: disabled.target_url,
    reason,
  });
  return true;
}
