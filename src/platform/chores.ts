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
 * Runs chores on pg-boss, on our own PostgreSQL: it brings cron, retries and one runner among many processes. Times are
 * kept in the database, so that a chore that was due while all slept runs at the next start of its minute.
 */
export async function startChores(platform: Platform, chores: readonly Chore[]): Promise<RunningChores> {
  const { log, pool } = platform;
  const boss = new PgBoss({
    db: { executeSql: (text, values) => pool.query(text, values) },
    schema: 'pgboss',
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
    await boss.work(chore.name, { pollingIntervalSeconds: 30 }, async () => {
      const done = await chore.run(platform);
      log.debug({ part: 'chores', chore: chore.name, done }, 'A chore is done');
    });
  }
  return { stop: () => boss.stop({ graceful: true, timeout: 3000 }) };
}
