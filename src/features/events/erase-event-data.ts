import { z } from 'zod';
import { recordAudit } from '#platform/audit.ts';
import { Prisma } from '#platform/generated/prisma/client.ts';
import { sqlStateOf } from '#platform/postgres/sql-state.ts';
import { inTransaction, type Transaction } from '#platform/postgres/transaction.ts';
import type { Scope } from '#platform/scope.ts';
import { notFound } from '#platform/trpc/refusal.ts';
import { endDeliveries } from './end-deliveries.ts';
import { awaitRecall, type Recall, recallLanes } from './recall-lanes.ts';
import { awaitTestSending } from './recall-test.ts';

/** PostgreSQL ended one of two that waited for each other. */
const DEADLOCK = '40P01';
const MOST_TRIES = 3;

const END_ERASED = Prisma.raw(
  endDeliveries({ from: 'erased', where: 'p.event_id = erased.event_id', status: `'cancelled'`, reason: `'erased'` }),
);

/**
 * Erases an event's data and receivers' responses, which may repeat it. Pending deliveries are cancelled, and workers
 * discard what they have prefetched. After this returns, nothing with the payload is sent anymore except requests that
 * are already in flight, and no preview of a mapping shows it. A second call erases nothing more, but waits for the
 * same.
 * @throws Refusal NOT_FOUND, SERVICE_UNAVAILABLE when a worker does not confirm.
 */
export async function eraseEventData(scope: Scope, id: string): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      const recall = await inTransaction(scope.platform.database, (tx) => eraseWithin(tx, scope, id));
      await awaitRecall(scope.platform, recall);
      await awaitTestSending(scope.platform, id);
      return;
    } catch (error) {
      if (sqlStateOf(error) !== DEADLOCK || attempt === MOST_TRIES) throw error;
    }
  }
}

async function eraseWithin(tx: Transaction, scope: Scope, id: string): Promise<Recall> {
  const event = await tx.event.findFirst({
    where: { id, organization_id: scope.organization_id },
    select: { event_type: true, origin: true },
  });
  if (!event) throw notFound('event');
  // From here on, nobody can add a delivery, or store a response, that the following statements don't see.
  const { count } = await tx.event.updateMany({
    where: { id, erased_at: null },
    data: { body: null, subject: null, erased_at: new Date() },
  });
  const recall = await recallLanes(tx, await lanesOf(tx, id));
  await tx.$queryRaw`
    with clock as (select now()), erased as (select ${id}::uuid as event_id), ${END_ERASED}
    select count(*) from ended`;
  await tx.$executeRaw`
    update attempt a set response_headers = null, response_body = null
      from (select id from delivery where event_id = ${id}::uuid and id >= ${id}::uuid) d
      where a.delivery_id = d.id and a.id >= ${id}::uuid
        and (a.response_headers is not null or a.response_body is not null)`;
  if (event.origin === 'source') await eraseSamples(tx, event.event_type);
  if (count > 0)
    await recordAudit(tx, scope, {
      action: 'event.data_erased',
      severity: 'security',
      target: { type: 'event', id, name: event.event_type },
    });
  return recall;
}

/**
 * The changes that the change stream keeps for previews: all of the tables that the event may have come from. A later
 * change of the row holds the erased values too, as what was before. What the reader has seen and not stored yet is
 * counted out by `erasures`.
 */
async function eraseSamples(tx: Transaction, event_type: string): Promise<void> {
  await tx.$executeRaw`
    with wanted as (select table_name, event_type from source_sample_origin where event_type = ${event_type}
      order by table_name for update)
    update source_sample_origin o set erasures = o.erasures + 1
      from wanted w where o.table_name = w.table_name and o.event_type = w.event_type`;
  await tx.$executeRaw`
    delete from source_sample where table_name in (
      select table_name from source_sample_origin where event_type = ${event_type})`;
}

const webhooks = z.array(z.object({ id: z.string() }));

/** Also of deliveries that have ended: a worker that has not heard of the end may have them still. */
async function lanesOf(tx: Transaction, event_id: string): Promise<string[]> {
  const rows = await tx.$queryRaw`
    select webhook_id::text as id from delivery_pending where event_id = ${event_id}::uuid
    union
    select webhook_id::text from delivery where event_id = ${event_id}::uuid and id >= ${event_id}::uuid`;
  return webhooks.parse(rows).map(({ id }) => id);
}
