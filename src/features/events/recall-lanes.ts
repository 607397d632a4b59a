import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import type { Transaction } from '#platform/postgres/transaction.ts';
import type { Platform } from '#platform/scope.ts';
import { Refusal } from '#platform/trpc/refusal.ts';

const lanes = z.array(z.object({ id: z.string(), recall: z.int() }));

/** Lanes by their recall: up to which one their holders must have dropped what they read ahead. */
export type Recall = readonly { id: string; recall: number }[];

/**
 * Recalls what workers have read ahead of these lanes, in the transaction that makes it void. It locks the lanes: before
 * any delivery, as the recording of results does.
 */
export async function recallLanes(tx: Transaction, webhookIds: readonly string[]): Promise<Recall> {
  return lanes.parse(
    await tx.$queryRaw`
      with wanted as (
        select webhook_id from lane where webhook_id = any(${[...webhookIds]}::uuid[])
          order by webhook_id for update)
      update lane l set recall = l.recall + 1 from wanted w where l.webhook_id = w.webhook_id
        returning l.webhook_id::text as id, l.recall`,
  );
}

const waited = z.tuple([z.object({ held: z.array(z.string()) })]);
const FIRST_LOOK_MS = 10;
const MOST_LOOK_MS = 250;
/** Three times as long as a lease. A worker that hasn't answered by then has lost its lease. */
const MOST_WAIT_MS = 30_000;
/**
 * A lease that ends later than any lease can was made while the clock was ahead. By then, its holder has renewed it or
 * has ended.
 */
const LONGEST_LEASE_MS = 11_000;
const NOTIFY_AGAIN_MS = 1_000;

/**
 * Waits until no worker can send what it had prefetched from these queues before their recall: each holder has
 * confirmed that it discarded it, or its lease has expired, after which it sends nothing. A holder learns of the recall
 * at once, or when it renews its lease.
 * @throws Refusal UNAVAILABLE when a worker keeps renewing its lease without confirming.
 */
export async function awaitRecall(
  { database, live }: Pick<Platform, 'database' | 'live'>,
  recall: Recall,
  clock: { now(): number } = performance,
): Promise<void> {
  if (recall.length === 0) return;
  const begun = clock.now();
  let notifiedAt = Number.NEGATIVE_INFINITY;
  for (let lookMs = FIRST_LOOK_MS; ; lookMs = Math.min(2 * lookMs, MOST_LOOK_MS)) {
    const [{ held }] = waited.parse(
      await database.$queryRaw`
        select coalesce(array_agg(l.webhook_id::text), '{}') as held
          from lane l join unnest(${recall.map(({ id }) => id)}::uuid[], ${recall.map((one) => one.recall)}::int[])
            as w(id, recall) on w.id = l.webhook_id
          where l.recall_seen < w.recall and l.lease_until > now()
            and (l.lease_until <= now() + interval '10 seconds' or ${clock.now() - begun < LONGEST_LEASE_MS})`,
    );
    if (held.length === 0) return;
    const now = clock.now();
    if (now - begun > MOST_WAIT_MS)
      throw new Refusal(
        'UNAVAILABLE',
        'A worker has not yet confirmed that it has stopped sending. Try again in a moment.',
      );
    if (now - notifiedAt > NOTIFY_AGAIN_MS) {
      live.notify('recalls', held);
      notifiedAt = now;
    }
    await delay(lookMs);
  }
}
