import { recordAudit } from '#platform/audit.ts';
import { notFound } from '#platform/refusal.ts';
import type { Scope } from '#platform/scope.ts';
import { inTransaction } from '#platform/transaction.ts';

/**
 * Erases what an event carries, and what receivers answered to it, which may repeat it. What was still to be delivered is
 * cancelled. A second time does nothing.
 * @throws Refusal NOT_FOUND
 */
export async function eraseEventData(scope: Scope, id: string): Promise<void> {
  const { database } = scope.platform;
  await inTransaction(database, async (tx) => {
    const event = await tx.event.findFirst({
      where: { id, organization_id: scope.organization_id },
      select: { event_type: true },
    });
    if (!event) throw notFound('event');
    const { count } = await tx.event.updateMany({
      where: { id, erased_at: null },
      data: { body: null, erased_at: new Date() },
    });
    if (count === 0) return;
    await tx.$executeRaw`
      with gone as (delete from delivery_pending where event_id = ${id}::uuid returning *)
      insert into delivery (id, organization_id, subscription_id, event_id, event_type, origin, created_at, status, reason,
          attempt_count, last_attempt_at, last_status, last_error_code, deadline_at)
        select id, organization_id, subscription_id, event_id, event_type, origin, created_at, 'cancelled', 'erased',
            attempt_count, last_attempt_at, last_status, last_error_code, created_at + interval '24 hours'
          from gone`;
    await tx.$executeRaw`
      update attempt a set response_headers = null, response_body = null
        from (select id from delivery where event_id = ${id}::uuid and id >= ${id}::uuid) d
        where a.delivery_id = d.id and a.id >= ${id}::uuid`;
    await recordAudit(tx, scope, {
      action: 'event.data_erased',
      severity: 'security',
      target: { type: 'event', id, name: event.event_type },
    });
  });
}
