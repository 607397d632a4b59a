import { z } from 'zod';
import { endDeliveries } from '#features/events/end-deliveries.ts';
import { Prisma } from '#platform/generated/prisma/client.ts';
import type { Platform } from '#platform/scope.ts';

const BATCH = 5_000;
const CANCEL = Prisma.raw(
  endDeliveries({ from: 'waiting', where: 'p.id = waiting.id', status: `'cancelled'`, reason: 'waiting.reason' }),
);
const counts = z.tuple([z.object({ count: z.int() })]);

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
    const [{ count }] = counts.parse(
      await database.$queryRaw`
        with clock as (select now()), waiting as (
          select p.id, ${reason} as reason from delivery_pending p
            where p.webhook_id = ${webhook_id}::uuid
              and exists (select from webhook s
                where s.id = p.webhook_id and (s.status = 'disabled' or s.deleted_at is not null))
            order by p.id limit ${BATCH} for update skip locked
        ), ${CANCEL}
        select count(*)::int as count from ended`,
    );
    cancelled += count;
    if (count < BATCH) {
      live.notify('deliveries', [webhook_id]);
      return cancelled;
    }
  }
}
