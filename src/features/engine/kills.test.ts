import { randomBytes, randomInt } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { publishEvents } from '#features/events/publish-events.ts';
import { loadConfig } from '#platform/config.ts';
import { startEmbeddedPostgres } from '#platform/embedded/embedded-postgres.ts';
import { postmasterOf } from '#platform/embedded/process.ts';
import { createLog } from '#platform/log-files/log.ts';
import { openPlatform } from '#platform/open-platform.ts';
import { databaseProblem } from '#platform/postgres/database-down.ts';
import { countOf } from '#testing/counts.ts';
import { startReceiver } from '#testing/receivers.ts';
import { makeDataDir, type RunningConsole, removeDataDir, startConsole } from '#testing/running-console.ts';
import { createTestOrganization } from '#testing/test-platform.ts';
import { subscribe } from '#testing/test-webhooks.ts';
import { until } from '#testing/until.ts';
import { applyMigrations } from '../../../prisma/migrate.ts';

const KILLS = countOf('deliveryKills');
const EVENTS_A_SECOND = 500;

/** Numbers from 0 to 1 that a seed decides (mulberry32), so that a run can be repeated. */
function chanceOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

test(`through ${KILLS} kills of workers and of PostgreSQL every event that was accepted arrives, none is refused but while PostgreSQL is away, none is invented, and only what was under way comes twice; an ordered webhook keeps its order`, {
  timeout: 180_000,
}, async () => {
  const seed = randomInt(2 ** 31);
  const chance = chanceOf(seed);
  console.log(`The seed of the kills is ${seed}.`);
  const dataDir = await makeDataDir();
  onTestFinished(() => removeDataDir(dataDir));
  const postgres = await startEmbeddedPostgres({ dataDir, log: createLog('silent'), purpose: 'console' });
  onTestFinished(() => postgres.stop());
  await applyMigrations(postgres.connectionString);
  const env = {
    DATABASE_URL: postgres.connectionString,
    HONEYFRAME_SECRET: randomBytes(32).toString('base64'),
    EGRESS_ALLOW: '127.0.0.0/8',
    CSP_LOG_DIR: `${dataDir}/csp-log`,
  };
  const platform = await openPlatform(
    loadConfig({ ...env, LOG_LEVEL: 'silent' }),
    createLog('silent'),
    postgres.connectionString,
  );
  onTestFinished(() => platform.close());
  const organization = await createTestOrganization(platform);

  const received = new Map<number, number[]>();
  await using receiver = await startReceiver((response, { body }) => {
    const { n } = JSON.parse(body).data;
    received.set(n, [...(received.get(n) ?? []), performance.now()]);
    response.end();
  });
  await subscribe(organization, receiver.url, { event_type: 'dataset.updated', concurrency: 50 });
  const inOrder: number[] = [];
  await using orderly = await startReceiver((response, { body }) => {
    inOrder.push(JSON.parse(body).data.n);
    response.end();
  });
  await subscribe(organization, orderly.url, { event_type: 'dataset.created', ordered: true });

  // Two workers, each started again whenever it has ended.
  let isOver = false;
  const workers: RunningConsole[] = [];
  const keepWorker = async (place: number) => {
    while (!isOver) {
      const worker = startConsole({ ...env, ROLE: 'worker', LOG_LEVEL: 'error', DATA_DIR: dataDir });
      workers[place] = worker;
      await worker.exited;
    }
  };
  const kept = [keepWorker(0), keepWorker(1)];

  const tried = new Set<number>();
  const accepted = new Set<number>();
  const refusals: unknown[] = [];
  let underWay = 0;
  const publish = async (n: number) => {
    tried.add(n);
    underWay += 1;
    const data = JSON.stringify({ dataset_id: 'd', n });
    const event = { event_type: 'dataset.updated', data, occurred_at: null, idempotency_key: null };
    try {
      await publishEvents(organization.scope(), [event], { origin: 'api', isBatch: false });
      accepted.add(n);
    } catch (error) {
      // Not accepted: it may arrive or not.
      if (databaseProblem(error) !== 'unreachable') refusals.push(error);
    } finally {
      underWay -= 1;
    }
  };
  let isPublishing = true;
  const begun = performance.now();
  const publishing = (async () => {
    const under: Promise<unknown>[] = [];
    for (let n = 0; isPublishing; ) {
      const due = ((performance.now() - begun) * EVENTS_A_SECOND) / 1_000;
      // While PostgreSQL is away, publishers wait for their answer and do not pile up without end.
      for (; n < due; n += 1) if (underWay < 1_000) under.push(publish(n));
      await delay(10);
    }
    await Promise.all(under);
  })();

  // One after the other, each with its key until it is accepted.
  let ordered = 0;
  const publishingInOrder = (async () => {
    while (isPublishing) {
      const data = JSON.stringify({ dataset_id: 'd', n: ordered });
      const event = { event_type: 'dataset.created', data, occurred_at: null, idempotency_key: `ordered-${ordered}` };
      try {
        await publishEvents(organization.scope(), [event], { origin: 'api', isBatch: false });
        ordered += 1;
      } catch {
        // Tried again with its key.
      }
      await delay(20);
    }
  })();

  const kills: number[] = [];
  await until('something arrives', () => received.size > 100, 60_000);
  while (kills.length < KILLS) {
    await delay(200 + 800 * chance());
    const victim = Math.floor(3 * chance());
    if (victim === 2) {
      const server = await postmasterOf(postgres.dataPath);
      if (!server) continue;
      process.kill(server.pid, 'SIGKILL');
    } else workers[victim]?.child.kill('SIGKILL');
    kills.push(performance.now());
  }
  isPublishing = false;
  await Promise.all([publishing, publishingInOrder]);

  await until('every accepted event has arrived', () => [...accepted].every((n) => received.has(n)), 60_000);
  await until(
    'every delivery is recorded',
    async () => (await platform.database.deliveryPending.count()) === 0,
    60_000,
  );
  isOver = true;
  for (const worker of workers) worker.child.kill('SIGTERM');
  await Promise.all(kept);

  // What was under way at a kill comes again, and then what follows it.
  const firsts = inOrder.filter((n, index) => inOrder.indexOf(n) === index);
  expect(firsts.length).toBeGreaterThanOrEqual(ordered);
  expect(firsts).toEqual(Array.from({ length: firsts.length }, (_, n) => n));
  const invented = [...received.keys()].filter((n) => !tried.has(n));
  expect(invented).toEqual([]);
  const unexplained = [...received].flatMap(([n, times]) =>
    times.slice(1).flatMap((second, index) => {
      const first = times[index] ?? 0;
      return kills.some((kill) => kill >= first - 250 && kill <= second) ? [] : [{ n, first, second }];
    }),
  );
  expect(unexplained).toEqual([]);
  const twice = [...received.values()].filter(({ length }) => length > 1).length;
  console.log(`${accepted.size} accepted of ${tried.size}, ${received.size} arrived, ${twice} of them more than once`);
  // How many are accepted is the time that PostgreSQL was up: nothing else refuses any.
  expect(refusals).toEqual([]);
  expect(accepted.size).toBeGreaterThan(1_000);
});
