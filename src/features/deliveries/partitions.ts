import { z } from 'zod';
import { recordAudit } from '#platform/audit.ts';
import type { Platform } from '#platform/scope.ts';
import { inTransaction } from '#platform/transaction.ts';

const DAYS_AHEAD = 7;
const DAY_MS = 86_400_000;
const BATCH = 5_000;
const UPKEEP = { type: 'system', id: 'retention', name: 'Retention' } as const;

/** Makes the days of events, deliveries and attempts that are missing, a week ahead. Every process does so when it starts. */
export async function ensurePartitions({ pool }: Pick<Platform, 'pool'>): Promise<void> {
  await pool.query('select ensure_partitions($1)', [DAYS_AHEAD]);
}

/**
 * Drops the days that are older than the retention, whole, and makes those to come. What would still be to deliver, as a
 * pause of weeks may hold it, fails first, and is audited.
 * @param now is moved by tests.
 * @returns the names of the partitions that were dropped.
 */
export async function dropOldPartitions(platform: Platform, now = new Date()): Promise<string[]> {
  await ensurePartitions(platform);
  const today = Math.floor(now.getTime() / DAY_MS) * DAY_MS;
  const oldest = new Date(today - platform.config.retentionDays * DAY_MS);
  const names = await partitionsBefore(platform, oldest);
  if (names.length === 0) return [];
  await failPending(platform, oldest);
  for (const name of names) {
    await inTransaction(platform.database, async (tx) => {
      // Whoever reads or writes goes first; the next run tries again.
      await tx.$executeRaw`set local lock_timeout = '2s'`;
      await tx.$executeRawUnsafe(`drop table if exists "partition"."${name}"`);
    });
  }
  platform.log.info({ partitions: names }, 'Dropped the days that are older than the retention');
  return names;
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

const failed = z.array(z.object({ organization_id: z.string(), subscription_id: z.string(), count: z.int() }));

async function failPending({ database, live }: Platform, oldest: Date): Promise<void> {
  for (;;) {
    const rows = await inTransaction(database, async (tx) => {
      const found = failed.parse(
        await tx.$queryRaw`
          with gone as (
            delete from delivery_pending where id in (
              select id from delivery_pending where event_id < uuid_from_time(${oldest}) or id < uuid_from_time(${oldest})
              limit ${BATCH}
            ) returning *
          ), stored as (
            insert into delivery (id, organization_id, subscription_id, event_id, event_type, origin, created_at, status,
                reason, attempt_count, last_attempt_at, last_status, last_error_code, deadline_at)
              select id, organization_id, subscription_id, event_id, event_type, origin, created_at, 'failed', 'retention',
                  attempt_count, last_attempt_at, last_status, last_error_code, now()
                from gone
          )
          select organization_id, subscription_id::text as subscription_id, count(*)::int as count
            from gone group by 1, 2`,
      );
      for (const { organization_id, subscription_id, count } of found) {
        await recordAudit(
          tx,
          { organization_id, actor: UPKEEP, ip: null, user_agent: null },
          {
            action: 'deliveries.expired_by_retention',
            target: { type: 'webhook', id: subscription_id, name: subscription_id },
            details: { deliveries: count },
          },
        );
      }
      return found;
    });
    if (rows.length === 0) return;
    live.tell(
      'deliveries',
      rows.map(({ subscription_id }) => subscription_id),
    );
  }
}
