import { GIVE_UP_AFTER_HOURS } from '#core/delivery/retry-schedule.ts';
import { publishWithin } from '#features/events/publish-within.ts';
import { recordAudit } from '#platform/audit.ts';
import { Prisma } from '#platform/generated/prisma/client.ts';
import { inTransaction, type Transaction } from '#platform/postgres/transaction.ts';
import type { Platform } from '#platform/scope.ts';
import { cancelPending } from './cancel-pending.ts';
import type { DisabledReason } from './schema.ts';

const ENGINE = { type: 'system', id: 'deliveries', name: 'Deliveries' } as const;

/** What to notify after the commit: the queues that have to deliver the event. */
export type Disabled = { id: string; lanes: string[] };

/** How many failures it takes at least to disable a webhook, in addition to the time that they have to last. */
const FAILURES_TO_DISABLE = 10;

/** SQL for whether the webhook of a lane `l` has to be disabled: only failures for that time, and enough of them. */
export const wornOutSql = (now: string): string =>
  `l.consecutive_failures >= ${FAILURES_TO_DISABLE}
        and l.failing_since <= ${now} - interval '${GIVE_UP_AFTER_HOURS} hours'`;

const WORN_OUT = Prisma.raw(wornOutSql('clock.now'));

/**
 * Disables a webhook that has had only failures for 24 hours, and at least ten attempts. Cancels its pending
 * deliveries, and adds an audit row and a `webhook.disabled` event in the same transaction.
 * @param now RFC 3339; PostgreSQL's own time when null.
 * @returns whether it was disabled. It is left alone if it is already disabled or deleted, or has succeeded since.
 */
export async function disableFailing(platform: Platform, id: string, now: string | null = null): Promise<boolean> {
  const disabled = await inTransaction(platform.database, async (tx) => {
    // Locks the webhook before its lane, as everywhere, so that there are no deadlocks.
    await tx.$queryRaw`select from webhook where id = ${id}::uuid for update`;
    const worn: unknown[] = await tx.$queryRaw`
      select from lane l cross join (select coalesce(${now}::timestamptz, now()) as now) clock
        where l.webhook_id = ${id}::uuid and ${WORN_OUT} for update of l`;
    return worn.length === 0 ? null : disableWithin(tx, platform, id, { reason: 'failing' });
  });
  if (disabled === null || disabled === 'moved') return false;
  await notifyDisabled(platform, disabled);
  return true;
}

/**
 * Disables a webhook in the transaction of the cause, with its audit row and its event.
 * @param target_url the webhook's URL when the cause occurred.
 * @returns `moved` if it has another URL by now, and null if it is already disabled or deleted.
 */
export async function disableWithin(
  tx: Transaction,
  platform: Platform,
  id: string,
  { reason, target_url }: { reason: DisabledReason; target_url?: string },
): Promise<Disabled | 'moved' | null> {
  await tx.$queryRaw`select from webhook where id = ${id}::uuid for update`;
  const row = await tx.webhook.findUnique({ where: { id } });
  if (!row || row.status === 'disabled' || row.deleted_at !== null) return null;
  if (target_url !== undefined && row.target_url !== target_url) return 'moved';
  await tx.$executeRaw`
    update webhook set status = 'disabled', disabled_reason = ${reason}, disabled_at = now(), paused_at = null,
      updated_at = now() where id = ${id}::uuid`;
  const { organization_id } = row;
  await recordAudit(
    tx,
    { organization_id, actor: ENGINE, ip: null, user_agent: null },
    { action: 'webhook.disabled', target: { type: 'webhook', id, name: row.target_url }, details: { reason } },
  );
  const data = { webhook_id: id, target_url: row.target_url, reason };
  const lanes = await publishWithin(tx, platform, organization_id, 'webhook.disabled', data);
  return { id, lanes };
}

/**
 * After the commit: notifies workers and pages, and cancels the pending deliveries. If this process ends, the sweep
 * does that.
 */
export async function notifyDisabled(platform: Platform, { id, lanes }: Disabled): Promise<void> {
  platform.live.notify('settings', [id]);
  platform.live.notify('lanes', lanes);
  await cancelPending(platform, id, 'disabled');
}
