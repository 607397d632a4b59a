import { randomBytes } from 'node:crypto';
import { expect, type TestContext, test } from 'vitest';
import { startSource } from '#features/sources/stream/run-source.ts';
import { startChores } from '#platform/chores.ts';
import { loadConfig } from '#platform/config.ts';
import { createLog } from '#platform/log-files/log.ts';
import { openPlatform } from '#platform/open-platform.ts';
import { inTransaction } from '#platform/postgres/transaction.ts';
import { type Hole, startHoleProxy } from '#testing/hole-proxy.ts';
import { startReceiver } from '#testing/receivers.ts';
import { createTestDatabase } from '#testing/test-database.ts';
import { createTestOrganization } from '#testing/test-platform.ts';
import { publishRow, standing, subscribe } from '#testing/test-webhooks.ts';
import { until } from '#testing/until.ts';
import { runDeliveries } from './run-deliveries.ts';

type OnTestFinished = TestContext['onTestFinished'];

/** A platform whose every connection goes through a proxy that can swallow bytes. */
async function openBehindProxy(onTestFinished: OnTestFinished) {
  const there = await createTestDatabase();
  const proxy = await startHoleProxy(there.connectionString);
  const connectionString = proxy.through(there.connectionString);
  const config = loadConfig({
    DATABASE_URL: connectionString,
    HONEYFRAME_SECRET: randomBytes(32).toString('base64'),
    EGRESS_ALLOW: '127.0.0.0/8',
    LOG_LEVEL: 'silent',
  });
  const platform = await openPlatform(config, createLog('silent'), connectionString);
  const receiver = await startReceiver();
  onTestFinished(async () => {
    await receiver.close();
    await platform.close();
    await proxy[Symbol.asyncDispose]();
    await there.close();
  });
  const organization = await createTestOrganization(platform);
  return { there, proxy, platform, receiver, organization };
}

const HOLES: { where: string; hole: Hole; forget: boolean }[] = [
  { where: 'in both directions, after which every connection is forgotten', hole: 'both', forget: true },
  { where: 'towards the server', hole: 'to_server', forget: false },
  { where: 'from the server', hole: 'to_client', forget: false },
];

// Each test has a platform of its own, and waits for the network most of the time: so they wait together.
test.concurrent.for(HOLES)(
  'after a hole in the network $where, publishing and deliveries go on within 15 seconds',
  { timeout: 90_000 },
  async ({ hole, forget }, { onTestFinished }) => {
    const { there, proxy, platform, receiver, organization } = await openBehindProxy(onTestFinished);
    const webhook = await subscribe(organization, receiver.url);
    const deliveries = runDeliveries(platform);
    onTestFinished(() => deliveries.stop());
    let notices = 0;
    platform.live.follow('settings', () => {
      notices += 1;
    });
    // All connections of the pool are there, and idle.
    await Promise.all(Array.from({ length: 10 }, () => platform.pool.query('select pg_sleep(0.05)')));
    await publishRow(organization, 1);
    await until('the first is delivered', async () => (await standing(platform, webhook.id)).delivered === 1);

    proxy.open(hole);
    const before = proxy.swallowed();
    const lost = Array.from({ length: 4 }, (_one, n) => publishRow(organization, 1, 100 + n).catch(() => []));
    await until('statements of all kinds vanish', () => proxy.swallowed() > before + 10);
    const noticesBefore = notices;
    proxy.heal({ forget });
    const [id] = await until('publishing goes on', () => publishRow(organization, 1, 7), 15_000);
    await until('it is delivered', () => receiver.requests.some(({ headers }) => headers['webhook-id'] === id), 15_000);
    await Promise.all(lost);
    await until('nothing is left', async () => {
      const { rows } = await there.pool.query<{ count: number }>('select count(*)::int as count from delivery_pending');
      return rows[0]?.count === 0;
    });
    if (hole !== 'to_server') await until('the connection that listens is a new one', () => notices > noticesBefore);
  },
);

test.concurrent('while new connections hang, statements fail instead of waiting, and go on when it is over', async ({
  onTestFinished,
}) => {
  const { proxy, platform, organization } = await openBehindProxy(onTestFinished);
  proxy.open('both');
  await expect(Promise.all(Array.from({ length: 12 }, () => publishRow(organization, 1)))).rejects.toThrow();
  proxy.heal();
  await until('publishing goes on', () => publishRow(organization, 1), 15_000);
  expect(await platform.pool.query('select 1')).toMatchObject({ rowCount: 1 });
}, 60_000);

test.concurrent('a statement that only takes long is left alone', async ({ onTestFinished }) => {
  const { platform } = await openBehindProxy(onTestFinished);
  const { rows } = await platform.pool.query<{ pid: number }>('select pg_backend_pid() as pid, pg_sleep(6)');
  expect(rows).toHaveLength(1);
}, 60_000);

test.concurrent('what a transaction had locked when its network went is free again within 15 seconds', async ({
  onTestFinished,
}) => {
  const { there, proxy, platform, organization } = await openBehindProxy(onTestFinished);
  const abandoned = inTransaction(platform.database, async (tx) => {
    await tx.organization.update({ where: { id: organization.id }, data: { name: 'Locked' } });
    proxy.open('both');
    await tx.organization.count();
  }).catch((error: unknown) => error);
  await until('the row is locked no longer', async () => {
    await there.pool.query(`set lock_timeout = '100ms'`);
    return (await there.pool.query('update organization set name = name where id = $1', [organization.id])).rowCount;
  });
  proxy.heal({ forget: true });
  expect(await abandoned).toBeInstanceOf(Error);
}, 60_000);

test.concurrent('chores and the change stream go on after a hole too', async ({ onTestFinished }) => {
  const { there, proxy, platform, organization } = await openBehindProxy(onTestFinished);
  let runs = 0;
  const chore = { name: 'after-a-hole', cron: '0 0 1 1 *', run: async () => (runs += 1) };
  const chores = await startChores(platform, [chore], { pollingIntervalSeconds: 1 });
  onTestFinished(() => chores.stop());
  const source = startSource(platform);
  onTestFinished(() => source.stop());
  const isReading = async () => {
    const { rows } = await there.pool.query("select from source where state = 'reading' and lease_until > now()");
    return rows.length === 1;
  };
  const events = async () => (await there.pool.query('select from event')).rows.length;
  const fail = (recipe: string) =>
    there.pool.query(
      `insert into dataintel.pipeline_runs (organization_id, recipe_id, recipe_name, status, error)
      values ($1, $2, $2, 'failed', 'It failed.')`,
      [organization.id, recipe],
    );
  await until('the stream is read', isReading);
  await fail('before');
  await until('a change is an event', async () => (await events()) === 1);
  proxy.open('both');
  const before = proxy.swallowed();
  await until('packets vanish', () => proxy.swallowed() > before + 5);
  proxy.heal({ forget: true });
  await fail('after');
  await there.pool.query(
    "insert into pgboss.job (name, policy) select name, policy from pgboss.queue where name = 'after-a-hole'",
  );
  await until('the next change is an event', async () => (await events()) === 2, 40_000);
  await until('a chore runs', () => runs > 0, 15_000);
}, 120_000);
