import type { Platform } from '#platform/scope.ts';

const BATCH = 5_000;

/**
 * Cancels the pending deliveries of a disabled or deleted webhook, in batches. Requests in flight end by themselves.
 * @returns how many deliveries were cancelled.
 */
export async function cancelPending(
  { database, live }: Pick<Platform, 'database' | 'live'>,
  webhook_id: string,
  reason: 'disabled' | 'deleted',
): Promise<number> {
  for (let cancelled = 0; ; ) {
    const count = await database.$executeRaw`
      with gone as (
        delete from delivery_pending where id in (
          select id from delivery_pending p
          where p.webhook_id = ${webhook_id}::uuid
            and exists (select from webhook s
              where s.id = p.webhook_id and (s.status = 'disabled' or s.deleted_at is not null))
          order by id limit ${BATCH} for update skip locked
        ) returning *
      )
      insert into delivery (id, organization_id, webhook_id, event_id, event_type, origin, created_at, status, reason,
          attempt_count, last_attempt_at, last_status, last_error_code, deadline_at)
        select g.id, g.organization_id, g.webhook_id, g.event_id, g.event_type, g.origin, g.created_at, 'cancelled',
            ${reason}, g.attempt_count, g.last_attempt_at, g.last_status, g.last_error_code,
            greatest(g.created_at, s.resumed_at) + interval '24 hours'
          from gone g join webhook s on s.id = g.webhook_id`;
    cancelled += count;
    if (count < BATCH) {
      live.tell('deliveries', [webhook_id]);
      return cancelled;
    }
  }
}
