import type pg from 'pg';
import { z } from 'zod';
import type { EngineParts } from './engine-parts.ts';
import { leaseOf } from './held-lanes.ts';
import type { Lease } from './keep-leases.ts';
import { forgetQueue, type Lane } from './lane.ts';
import { run, type Statement } from './statement.ts';

const recalled = z.object({ webhook_id: z.string(), recall: z.int() });

const READ: Statement<z.infer<typeof recalled>> = {
  name: 'read_recalls',
  text: `select l.webhook_id, l.recall from lane l
    join unnest($1::uuid[], $2::uuid[]) as h(webhook_id, lease_token)
      on h.webhook_id = l.webhook_id and h.lease_token = l.lease_token`,
  row: recalled,
};

const ended = z.object({ id: z.string() });

const ENDED: Statement<{ id: string }> = {
  name: 'find_ended',
  text: `select w.id from unnest($1::uuid[]) as w(id)
    where not exists (select from delivery_pending p where p.id = w.id)`,
  row: ended,
};

const SEEN: Statement<{ webhook_id: string }> = {
  name: 'recalls_seen',
  text: `with mine as (
      select l.webhook_id, h.recall from lane l
        join unnest($1::uuid[], $2::uuid[], $3::int[]) as h(webhook_id, lease_token, recall)
          on h.webhook_id = l.webhook_id and h.lease_token = l.lease_token
        order by l.webhook_id for update of l
    )
    update lane l set recall_seen = greatest(l.recall_seen, mine.recall)
      from mine where l.webhook_id = mine.webhook_id returning l.webhook_id`,
  row: z.object({ webhook_id: z.string() }),
};

/**
 * Drops what was read ahead of lanes that were recalled, calls off what of them is under way and has ended meanwhile (a
 * request that is not on its way yet is not sent), and then says so in the lane. All of it after the recall was read: what
 * is read from then on is read without what the recall was for.
 * @param onAnswered called with each lane that is to be read again.
 */
export async function answerRecalls(
  { pool, outage }: EngineParts,
  lanes: readonly Lane[],
  onAnswered: (lane: Lane) => void,
): Promise<void> {
  if (lanes.length === 0) return;
  try {
    const leases = lanes.map(leaseOf);
    const rows = await run(pool, READ, columns(leases));
    for (const lane of lanes) forgetQueue(lane);
    const recalls = new Map(rows.map(({ webhook_id, recall }) => [webhook_id, recall]));
    await callOffEnded(pool, lanes);
    const seen = leases.flatMap((lease) => {
      const recall = recalls.get(lease.webhook_id);
      return recall === undefined ? [] : [{ ...lease, recall }];
    });
    await run(pool, SEEN, [...columns(seen), seen.map(({ recall }) => recall)]);
    for (const lane of lanes) lane.recallSeen = Math.max(lane.recallSeen, recalls.get(lane.id) ?? 0);
  } catch (error) {
    // The next renewal of the lease finds it recalled still.
    outage.failed(error);
  } finally {
    for (const lane of lanes) onAnswered(lane);
  }
}

async function callOffEnded(pool: pg.Pool, lanes: readonly Lane[]): Promise<void> {
  const underWay = new Map(lanes.flatMap((lane) => [...lane.underWay].map((delivery) => [delivery.id, delivery])));
  if (underWay.size === 0) return;
  for (const { id } of await run(pool, ENDED, [[...underWay.keys()]])) {
    const delivery = underWay.get(id);
    if (delivery) delivery.calledOff = true;
  }
}

const columns = (leases: readonly Lease[]) => [
  leases.map(({ webhook_id }) => webhook_id),
  leases.map(({ lease_token }) => lease_token),
];
