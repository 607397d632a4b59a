import { z } from 'zod';
import { heldDays } from '#core/text/held-days.ts';
import { endDeliveries } from '#features/events/end-deliveries.ts';
import { recordAudit } from '#platform/audit.ts';
import { Prisma } from '#platform/generated/prisma/client.ts';
import { databaseNow } from '#platform/postgres/database-now.ts';
import { inTransaction } from '#platform/postgres/transaction.ts';
import type { Platform } from '#platform/scope.ts';
import { dayPartition, deleteUnneeded, isNeeded } from './needed-days.ts';

const DAYS_AHEAD = 7;
const DAY_MS = 86_400_000;
const BATCH = 5_000;
/** What a pause had held stays in the log this long after its end, or `RETENTION_DAYS` where that is shorter. */
const KEPT_AFTER_END_DAYS = 7;
const UPKEEP = { type: 'system', id: 'retention', name: 'Retention' } as const;

/** Makes the days of events, deliveries and attempts that are missing, a week ahead. Every process does so when it starts. */
export async function ensurePartitions({ pool }: Pick<Platform, 'pool'>): Promise<void> {
  await pool.query('select ensure_partitions($1)', [DAYS_AHEAD]);
}

/**
 * Drops the days that are older than the retention, whole, and makes those to come. A day that something pending still
 * needs stays, without its other rows. What a pause has held for too long (`heldDays`) fails first, and is audited.
 * @param at PostgreSQL's time by default: the clock of a process never decides what is deleted. Tests move it.
 * @returns the names of the partitions that were dropped.
 */
export async function dropOldPartitions(platform: Platform, at?: Date): Promise<string[]> {
  await ensurePartitions(platform);
  const now = at ?? (await databaseNow(platform));
  const { retentionDays } = platform.config;
  const today = Math.floor(now.getTime() / DAY_MS) * DAY_MS;
  const oldest = new Date(today - retentionDays * DAY_MS);
  await failHeld(platform, now);
  const endedSince = new Date(now.getTime() - Math.min(KEPT_AFTER_END_DAYS, retentionDays) * DAY_MS);
  const [dropped, kept]: [string[], string[]] = [[], []];
  for (const name of await partitionsBefore(platform, oldest)) {
    const day = dayPartition(name);
    const isDropped = await inTransaction(platform.database, async (tx) => {
      // Whoever reads or writes goes first; the next run tries again.
      await tx.$executeRaw`set local lock_timeout = '2s'`;
      await tx.$executeRawUnsafe(`lock table "partition"."${name}" in access exclusive mode`);
      if (await isNeeded((sql) => tx.$queryRawUnsafe(sql), day, endedSince)) return false;
      await tx.$executeRawUnsafe(`drop table "partition"."${name}"`);
      return true;
    });
    (isDropped ? dropped : kept).push(name);
    if (!isDropped) await deleteUnneeded(platform, day, endedSince);
  }
  if (dropped.length > 0)
    platform.log.info({ partitions: dropped, kept }, 'Dropped partitions older than the retention period');
  return dropped;
}

const named = z.array(z.object({ name: z.string().regex(/^(event|delivery|attempt)_\d{8}$/) }));

/** By the day in their names, which is all before that time. */
async function partitionsBefore({ database }: Platform, time: Date): Promise<string[]> {
  const rows = await database.$queryRaw`
    select c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where n.nspname = 'partition' and c.relkind = 'r'
        and right(c.relname, 8) < to_char(${time} at time zone 'UTC', 'YYYYMMDD')
      order by c.relname`;
  return named.parse(rows).map(({ name }) => name);
}

const failed = z.array(z.object({ organization_id: z.string(), webhook_id: z.string(), count: z.int() }));

const END_HELD = Prisma.raw(
  endDeliveries({ from: 'held', where: 'p.id = held.id', status: `'failed'`, reason: `'retention'` }),
);

/** Only a pause holds anything for so long: what is sent ends by its deadline. */
async function failHeld({ database, live, config }: Platform, now: Date): Promise<void> {
  const heldSince = new Date(now.getTime() - heldDays(config.retentionDays) * DAY_MS);
  for (;;) {
    const rows = await inTransaction(database, async (tx) => {
      const found = failed.parse(
        await tx.$queryRaw`
          with clock as (select ${now}::timestamptz as now), held as (
            select p.id from delivery_pending p join webhook s on s.id = p.webhook_id
              where s.status = 'paused' and p.id < uuid_from_time(${heldSince}) limit ${BATCH}
          ), ${END_HELD}
          select organization_id, webhook_id::text as webhook_id, count(*)::int as count
            from ended group by 1, 2`,
      );
      for (const { organization_id, webhook_id, count } of found) {
        await recordAudit(
          tx,
          { organization_id, actor: UPKEEP, ip: null, user_agent: null },
          {
            action: 'deliveries.expired_by_retention',
            target: { type: 'webhook', id: webhook_id, name: webhook_id },
            details: { deliveries: count },
          },
        );
      }
      return found;
    });
    if (rows.length === 0) return;
    live.notify(
      'deliveries',
      rows.map(({ webhook_id }) => webhook_id),
    );
  }
}
