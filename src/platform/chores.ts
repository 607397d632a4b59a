import { PgBoss } from 'pg-boss';
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
    log.warn({ err: error, part: 'chores' }, 'The chores could not reach PostgreSQL; they will try again'),
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
        log.debug({ ...about, done: await chore.run(platform) }, 'A chore is done');
      } catch (error) {
        log.error({ ...about, err: error }, 'A chore failed; it will be tried again');
        throw error;
      }
    });
  }
  return { stop: () => boss.stop({ graceful: true, timeout: 3000 }) };
}
