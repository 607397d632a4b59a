import { randomBytes } from 'node:crypto';
import { LogicalReplicationService, type Pgoutput, PgoutputPlugin } from 'pg-logical-replication';
import { startSource } from '#features/sources/stream/run-source.ts';
import { loadConfig } from '#platform/config.ts';
import { startEmbeddedPostgres } from '#platform/embedded/embedded-postgres.ts';
import { createLog } from '#platform/log-files/log.ts';
import { openPlatform } from '#platform/open-platform.ts';
import { makeDataDir, removeDataDir } from '#testing/running-console.ts';
import { countEvents } from '#testing/stored-events.ts';
import { createTestOrganization } from '#testing/test-platform.ts';
import { until } from '#testing/until.ts';
import { applyMigrations } from '../prisma/migrate.ts';

/**
 * Changes a second from the source's log to stored events, as a ratio to a bare reader that only counts the messages of
 * the same changes; the two take turns on slots of their own. Then the time from the commit of a single change to its
 * event, as another connection sees it. PostgreSQL, with all its safety, shares the two cores.
 */
const ROUNDS = 5;
const TRANSACTIONS = 2_000;
const ROWS = 10;
const CHANGES = TRANSACTIONS * ROWS;
const SINGLES = 500;
const BARE_SLOT = 'bare';
const PATIENCE_MS = 120_000;

const dataDir = await makeDataDir();
const postgres = await startEmbeddedPostgres({ dataDir, log: createLog('silent'), purpose: 'console' });
const { connectionString } = postgres;
await applyMigrations(connectionString);
const config = loadConfig({
  DATABASE_URL: connectionString,
  HONEYFRAME_SECRET: randomBytes(32).toString('base64'),
  LOG_LEVEL: 'silent',
});
const platform = await openPlatform(config, createLog('silent'), connectionString);

/** Failed runs in transactions of ten, each of which makes one event. */
async function writeChanges(organizationId: string): Promise<void> {
  for (let index = 0; index < TRANSACTIONS; index += 1)
    await platform.pool.query(
      `insert into dataintel.pipeline_runs (organization_id, recipe_id, recipe_name, status)
       select $1, 'recipe-' || n, 'Join orders with customers', 'failed' from generate_series(1, $2::int) n`,
      [organizationId, ROWS],
    );
}

async function readBare(publication: string): Promise<number> {
  const service = new LogicalReplicationService(
    { connectionString },
    { acknowledge: { auto: false, timeoutSeconds: 0 }, flowControl: { enabled: true } },
  );
  const plugin = new PgoutputPlugin({ protoVersion: 1, publicationNames: [publication] });
  const begin = performance.now();
  let seconds = 0;
  let read = 0;
  service.on('data', (lsn: string, message: Pgoutput.Message) => {
    if (message.tag === 'insert') read += 1;
    if (read !== CHANGES || message.tag !== 'commit') return;
    seconds = (performance.now() - begin) / 1000;
    void service.acknowledge(lsn);
  });
  void service.subscribe(plugin, BARE_SLOT).catch(() => {});
  await until('the bare reader is through', () => seconds > 0, PATIENCE_MS);
  await service.stop();
  await until('the slot is free', async () => {
    await platform.pool.query('select pg_replication_slot_advance($1, pg_current_wal_lsn())', [BARE_SLOT]);
    return true;
  });
  return CHANGES / seconds;
}

async function readToEvents(organizationId: string): Promise<number> {
  const begin = performance.now();
  const source = startSource(platform);
  await until('all events', async () => (await countEvents(platform, organizationId)) === CHANGES, PATIENCE_MS);
  const seconds = (performance.now() - begin) / 1000;
  await source.stop();
  return CHANGES / seconds;
}

async function latencies(): Promise<number[]> {
  const { id } = await createTestOrganization(platform);
  const source = startSource(platform);
  await isReading();
  const times: number[] = [];
  for (let index = 1; index <= SINGLES; index += 1) {
    await platform.pool.query(
      `insert into dataintel.pipeline_runs (organization_id, recipe_id, recipe_name, status) values ($1, 'r', 'R', 'failed')`,
      [id],
    );
    const committed = performance.now();
    while ((await countEvents(platform, id)) < index);
    times.push(performance.now() - committed);
  }
  await source.stop();
  return times.toSorted((a, b) => a - b);
}

const isReading = () =>
  until('the stream is read', async () => (await platform.database.source.findFirst())?.state === 'reading');

try {
  const first = startSource(platform);
  await isReading();
  await first.stop();
  const { slot_name } = await platform.database.source.findFirstOrThrow();
  await platform.pool.query(`select pg_create_logical_replication_slot($1, 'pgoutput')`, [BARE_SLOT]);
  const pairs: { ours: number; bare: number }[] = [];
  for (let index = 0; index <= ROUNDS; index += 1) {
    const { id } = await createTestOrganization(platform);
    await writeChanges(id);
    const pair = { bare: await readBare(slot_name), ours: await readToEvents(id) };
    if (index > 0) pairs.push(pair); // the first warms up
  }
  const middle = pairs.toSorted((a, b) => a.ours / a.bare - b.ours / b.bare)[Math.floor(ROUNDS / 2)];
  if (!middle) throw new Error('No round was measured.');
  console.log(
    `source: ${Math.round(middle.ours)} changes/s to stored events, bare reader ${Math.round(middle.bare)}, ratio ${(middle.ours / middle.bare).toFixed(3)} (median of ${ROUNDS} rounds of ${CHANGES} changes in transactions of ${ROWS})`,
  );
  const times = await latencies();
  const percentile = (share: number) => times[Math.floor(times.length * share)]?.toFixed(1);
  console.log(
    `source: from commit to event p50 ${percentile(0.5)} ms, p99 ${percentile(0.99)} ms (${SINGLES} single changes)`,
  );
} finally {
  await platform.close();
  await postgres.stop();
  await removeDataDir(dataDir);
}
