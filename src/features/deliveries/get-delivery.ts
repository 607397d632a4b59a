import type { Scope } from '#platform/scope.ts';
import { notFound } from '#platform/trpc/refusal.ts';
import { toAttempt } from './attempt-schema.ts';
import { selectDeliveries } from './row.ts';

const MOST_ATTEMPTS = 100;

/**
 * A delivery with what is sent and all its attempts, oldest first.
 * @throws Refusal NOT_FOUND
 */
export async function getDelivery(scope: Scope, id: string) {
  const { database } = scope.platform;
  const [delivery] = await selectDeliveries(scope, { id, limit: 1 });
  if (!delivery) throw notFound('delivery');
  const [event, attempts] = await Promise.all([
    database.event.findUnique({ where: { id: delivery.event_id }, select: { body: true } }),
    // An attempt is newer than its delivery, so partitions of earlier days are skipped.
    database.attempt.findMany({
      where: { delivery_id: id, id: { gte: id } },
      orderBy: { id: 'asc' },
      take: MOST_ATTEMPTS,
    }),
  ]);
  return {
    ...delivery,
    body: event?.body ?? null,
    attempts: attempts.map((row) => toAttempt(row, delivery.target_url)),
  };
}
