import { z } from 'zod';
import { assertWebhook } from '#features/webhooks/assert-webhook.ts';
import { recordAudit } from '#platform/audit.ts';
import { inTransaction, type Transaction } from '#platform/postgres/transaction.ts';
import type { Scope } from '#platform/scope.ts';
import { conflict } from '#platform/trpc/refusal.ts';
import type { recoverInput } from './schema.ts';

const BATCH = 2_000;
const MOST = 1_000_000;
const batches = z.tuple([z.object({ seen: z.int(), wanted: z.int(), stored: z.int(), last: z.string().nullable() })]);

/**
 * Sends again what failed or was cancelled in a period: creates a new delivery for each event that has none pending or
 * delivered by now, oldest first, in batches, each with its audit row. A second call finds nothing until these have ended.
 * @returns how many are sent again, or would be with `dry_run`.
 * @throws Refusal NOT_FOUND, CONFLICT for a disabled webhook.
 */
export async function recoverDeliveries(
  scope: Scope,
  { id, since, until = new Date(), statuses, dry_run }: z.output<typeof recoverInput>,
): Promise<{ count: number }> {
  const { platform, organization_id } = scope;
  const { status, target_url } = await assertWebhook(scope, id);
  if (status === 'disabled' && !dry_run) throw conflict('This webhook is disabled. Resume it, then recover.', []);
  let count = 0;
  for (let after: string | null = '00000000-0000-0000-0000-000000000000'; after !== null && count < MOST; ) {
    const from: string = after;
    const batch = async (tx: Pick<Transaction, '$queryRaw'>) =>
      batches.parse(
        await tx.$queryRaw`
        with ended as (
          select d.id, d.event_id, d.event_type from delivery d
            where d.webhook_id = ${id}::uuid and d.status = any(${statuses})
              and d.origin <> 'test' and d.id > ${from}::uuid
              and d.id >= uuid_from_time(${since}) and d.id < uuid_from_time(${until})
            order by d.id limit ${BATCH}
        ), wanted as (
          select distinct on (ended.event_id) ended.* from ended
            where not exists (select from delivery_pending p
                where p.event_id = ended.event_id and p.webhook_id = ${id}::uuid)
              and not exists (select from delivery o where o.event_id = ended.event_id and o.id >= ended.event_id
                and o.webhook_id = ${id}::uuid and (o.status = 'delivered' or o.id > ended.id and o.id < uuid_from_time(${until})))
              and exists (select from event e where e.id = ended.event_id and e.body is not null)
            order by ended.event_id, ended.id
        ), made as (
          insert into delivery_pending (organization_id, webhook_id, event_id, event_type, origin)
            select ${organization_id}, ${id}::uuid, event_id, event_type, 'manual' from wanted
              cross join lateral (
                select from event e where e.id = wanted.event_id and e.body is not null limit 1 for share) kept
              where not ${dry_run} order by event_id
            returning 1
        )
        select (select count(*)::int from ended) as seen, (select count(*)::int from wanted) as wanted,
          (select max(id::text) from ended) as last, (select count(*)::int from made) as stored`,
      )[0];
    const { seen, wanted, stored, last } = dry_run
      ? await batch(platform.database)
      : await inTransaction(platform.database, async (tx) => {
          const found = await batch(tx);
          if (found.stored > 0)
            await recordAudit(tx, scope, {
              action: 'webhook.recovered',
              target: { type: 'webhook', id, name: target_url },
              details: { since: since.toISOString(), until: until.toISOString(), statuses, deliveries: found.stored },
            });
          return found;
        });
    count += dry_run ? wanted : stored;
    after = seen < BATCH ? null : last;
  }
  if (!dry_run && count > 0) {
    platform.live.notify('lanes', [id]);
    platform.live.notify('deliveries', [id]);
  }
  return { count };
}
