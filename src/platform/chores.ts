import { PgBoss } from 'pg-boss';
import type { ClockRepair } from './clock-watch.ts';
import type { Platform } from './scope.ts';

/** Something to be done at times, by one process of all. */
export type Chore = {
  /** Letters and hyphens: it is the queue's name too. */
  name: string;
  /** When, as a cron line in UTC. */
  cron: string;
  run(platform: Platform): Promise<unknown>;
};

export type RunningChores = { stop(): Promise<void> };

/**
 * Runs chores on pg-boss, on our own PostgreSQL: it brings cron, retries and one runner among many processes. A time
 * that passed while no process ran is left out.
 * @param pollingIntervalSeconds how often a process looks for a chore that is due, at most 45
 */
export async function startChores(
  platform: Platform,
  chores: readonly Chore[],
  { pollingIntervalSeconds = 30 }: { pollingIntervalSeconds?: number } = {},
): Promise<RunningChores> {
  const { log, pool } = platform;
  const boss = new PgBoss({
    db: { executeSql: (text, values) => pool.query(text, values) },
    schema: 'pgboss',
    cronMonitorIntervalSeconds: pollingIntervalSeconds,
    cronWorkerIntervalSeconds: Math.min(5, pollingIntervalSeconds),
  });
  boss.on('error', (error) =>
    log.warn({ err: error, part: 'chores' }, 'Background jobs could not reach PostgreSQL; trying again'),
  );
  await boss.start();
  for (const chore of chores) {
    await boss.createQueue(chore.name, {
      policy: 'exclusive',
      retryLimit: 3,
      retryBackoff: true,
      expireInSeconds: 600,
    });
    await boss.schedule(chore.name, chore.cron);
    await boss.work(chore.name, { pollingIntervalSeconds }, async () => {
      const about = { part: 'chores', chore: chore.name };
      try {
        log.debug({ ...about, done: await chore.run(platform) }, 'A background job finished');
      } catch (error) {
        log.error({ ...about, err: error }, 'A background job failed; it will be tried again');
        throw error;
      }
    });
  }
  return { stop: () => boss.stop({ graceful: true, timeout: 3000 }) };
}

/**
 * Lets background jobs continue after PostgreSQL's clock was ahead and is set back: pg-boss stores when it last looked
 * for due jobs, and looks again only after that time.
 */
export const voidFutureChores: ClockRepair = async ({ pool }) => {
  const { rows } = await pool.query(
    "select from pg_catalog.pg_tables where schemaname = 'pgboss' and tablename = 'job'",
  );
  if (rows.length === 0) return;
  const isAhead = (column: string) => `${column} > now() + interval '1 minute'`;
  const wanted = (columns: string[]) =>
    columns.map((column) => `${column} = case when ${isAhead(column)} then null else ${column} end`);
  const instance = ['cron_on', 'bam_on', 'flow_on', 'reindex_on', 'monitor_backoff_on'];
  const queue = ['monitor_claim_on', 'monitor_on', 'maintain_on'];
  await pool.query(
    `update pgboss.version set ${wanted(instance).join(', ')} where ${instance.map(isAhead).join(' or ')}`,
  );
  await pool.query(`update pgboss.queue set ${wanted(queue).join(', ')} where ${queue.map(isAhead).join(' or ')}`);
  // Chores only, which come again by their times: one that seems to run until then would keep the next from beginning.
  await pool.query(`delete from pgboss.job where ${['created_on', 'started_on'].map(isAhead).join(' or ')}`);
};
