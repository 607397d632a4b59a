import { PgBoss } from 'pg-boss';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { createTestPlatform } from '#testing/test-platform.ts';
import { until } from '#testing/until.ts';
import { type Chore, startChores } from './chores.ts';
import { createLog } from './log-files/log.ts';
import { type OpenPlatform, openPlatform } from './open-platform.ts';

/** Two processes, as far as connections go, on one database. */
let processes: [OpenPlatform, OpenPlatform];
beforeAll(async () => {
  const first = await createTestPlatform();
  const second = await openPlatform(first.config, createLog('silent'), first.config.databaseUrl ?? '');
  processes = [first, second];
});
afterAll(async () => {
  await processes[1].close();
  await processes[0].close();
});

const ended: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ended.splice(0)) await end();
});

async function start(platform: OpenPlatform, chore: Chore) {
  const running = await startChores(platform, [chore], { pollingIntervalSeconds: 1 });
  const stop = () => running.stop();
  ended.push(stop);
  return stop;
}

/** Runs a chore's queue by hand, as its times would. */
async function openBoss({ pool }: OpenPlatform): Promise<PgBoss> {
  const boss = new PgBoss({
    db: { executeSql: (text, values) => pool.query(text, values) },
    schema: 'pgboss',
    schedule: false,
    supervise: false,
  });
  await boss.start();
  ended.push(() => boss.stop());
  return boss;
}

const jobs = async (name: string) =>
  (
    await processes[0].pool.query<{ state: string; retry_count: number }>(
      'select state, retry_count from pgboss.job where name = $1',
      [name],
    )
  ).rows;

describe('a chore', () => {
  test('is done at its times, each time by one of two processes that start at once', async () => {
    const runs: OpenPlatform[] = [];
    const chore: Chore = {
      name: 'count',
      cron: '* * * * *',
      run: async (platform) => runs.push(platform as OpenPlatform),
    };
    const stops = await Promise.all(processes.map((platform) => start(platform, chore)));
    await until(
      'the chore is done',
      async () => (await jobs('count')).some(({ state }) => state === 'completed'),
      60_000,
    );
    for (const stop of stops) await stop();
    const completed = (await jobs('count')).filter(({ state }) => state === 'completed');
    expect(runs).toHaveLength(completed.length);
    expect(processes).toContain(runs[0]);
  });

  test('that failed is tried again', async () => {
    let runs = 0;
    await start(processes[0], {
      name: 'fail-once',
      cron: '* * * * *',
      async run() {
        runs += 1;
        if (runs === 1) throw new Error('not yet');
      },
    });
    await until(
      'the chore is done',
      async () => (await jobs('fail-once')).some((job) => job.state === 'completed' && job.retry_count === 1),
      60_000,
    );
    expect(runs).toBeGreaterThanOrEqual(2);
  });

  test('is done still after PostgreSQL has hung up on its process', async () => {
    let runs = 0;
    const [own, other] = processes;
    await start(own, { name: 'survive', cron: '0 0 1 1 *', run: async () => (runs += 1) });
    const boss = await openBoss(other);
    await other.pool.query(
      'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
    );
    await until('PostgreSQL takes the chore', () => boss.send('survive'));
    await until('the chore is done', () => runs === 1);
  });

  test('is not begun again while it runs, in no process', async () => {
    let begun = 0;
    const { promise, resolve } = Promise.withResolvers<void>();
    const chore: Chore = {
      name: 'long',
      cron: '0 0 1 1 *',
      async run() {
        begun += 1;
        await promise;
      },
    };
    for (const platform of processes) await start(platform, chore);
    const boss = await openBoss(processes[0]);
    await boss.send('long');
    await until('the chore has begun', () => begun === 1);
    expect(await boss.send('long')).toBeNull();
    resolve();
    await until('the chore is done', async () => (await jobs('long')).every(({ state }) => state === 'completed'));
    expect(await jobs('long')).toHaveLength(1);
    expect(begun).toBe(1);
  });
});
