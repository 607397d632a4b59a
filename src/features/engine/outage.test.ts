import { randomBytes } from 'node:crypto';
import { describe, expect, onTestFinished, test } from 'vitest';
import { engineUnderTest } from '#testing/engine-under-test.ts';
import { connectAsPlatform } from '#testing/held-transaction.ts';
import { startConsole } from '#testing/running-console.ts';
import { createTestOrganization, createTestPlatform } from '#testing/test-platform.ts';
import { attemptsOf, publishRow, standing, subscribe } from '#testing/test-webhooks.ts';
import { until } from '#testing/until.ts';

const engine = engineUnderTest();

/** Nothing can be recorded while it is held, and everything else goes on. */
async function holdAttempts(connectionString: string) {
  const client = await connectAsPlatform(connectionString);
  onTestFinished(() => client.end().catch(() => {}));
  await client.query('begin');
  await client.query('lock table attempt in access exclusive mode');
  return client;
}

describe('what was sent and could not be recorded yet', () => {
  test.each([false, true])(
    'is not sent again by the process that knows of it, though its leases ran out and it claimed anew (ordered: %s)',
    async (ordered) => {
      const receiver = await engine.receive();
      const webhook = await subscribe(engine.organization, receiver.url, { concurrency: 80, ordered });
      const outage = await holdAttempts(String(engine.platform.pool.options.connectionString));
      await publishRow(engine.organization, 80);
      engine.run();
      const sent = ordered ? 1 : 80;
      await until('it is sent', () => receiver.requests.length === sent);
      for (let round = 0; round < 2; round += 1) {
        await engine.platform.pool.query('update lane set lease_until = now() where webhook_id = $1', [webhook.id]);
        await until('it is claimed again', async () => {
          const lasts = `select from lane where webhook_id = $1 and lease_until > now()`;
          return (await engine.platform.pool.query(lasts, [webhook.id])).rowCount === 1;
        });
      }
      await publishRow(engine.organization, 1, 80);
      if (!ordered) await until('the lane goes on', () => receiver.requests.length === 81);
      expect(receiver.requests).toHaveLength(ordered ? 1 : 81);
      await outage.query('commit');
      await engine.ended(webhook.id);
      expect(receiver.requests).toHaveLength(81);
      expect(new Set((await attemptsOf(engine.platform, webhook.id)).map(({ outcome }) => outcome))).toEqual(
        new Set(['delivered']),
      );
    },
  );

  test.each([
    ['while the lease lasts', false],
    ['though the lease ran out meanwhile and the process claimed the lane again', true],
  ])('counts when it failed, and waits for its next time, %s', async (_, isClaimedAgain) => {
    const receiver = await engine.receive((response) => response.writeHead(500).end());
    const webhook = await subscribe(engine.organization, receiver.url);
    const outage = await holdAttempts(String(engine.platform.pool.options.connectionString));
    await publishRow(engine.organization, 3);
    engine.run();
    await until('all are sent', () => receiver.requests.length === 3);
    const laneNow = async () =>
      (
        await engine.platform.pool.query('select *, lease_until > now() as lasts from lane where webhook_id = $1', [
          webhook.id,
        ])
      ).rows[0];
    if (isClaimedAgain) {
      // The statement that records the failures waits for the table, with the token of the lease before.
      await until('the failures are being recorded', async () => {
        const { rowCount } = await engine.platform.pool.query(
          `select from pg_stat_activity where wait_event_type = 'Lock' and query like 'with clock as%'
            and datname = current_database()`,
        );
        return rowCount === 1;
      });
      await engine.platform.pool.query('update lane set lease_until = now() where webhook_id = $1', [webhook.id]);
      await until('it is claimed again', async () => (await laneNow()).lasts);
    }
    await outage.query('commit');
    await until('all are recorded', async () => (await attemptsOf(engine.platform, webhook.id)).length === 3);
    expect((await attemptsOf(engine.platform, webhook.id)).map(({ outcome }) => outcome)).toEqual([
      'retry',
      'retry',
      'retry',
    ]);
    expect(await laneNow()).toMatchObject({ consecutive_failures: 3 });
    expect((await laneNow()).failing_since).not.toBeNull();
    expect(receiver.requests).toHaveLength(3);
  });
});

test('after a pause of a month everything is delivered and recorded, of every webhook, and the worker ends on SIGTERM', async () => {
  const secret = randomBytes(32).toString('base64');
  const platform = await createTestPlatform({ HONEYFRAME_SECRET: secret });
  onTestFinished(() => platform.close());
  const organization = await createTestOrganization(platform);
  const receiver = await engine.receive();
  const paused = await subscribe(organization, receiver.url);
  const other = await subscribe(organization, receiver.url);
  await publishRow(organization, 3);
  await platform.pool.query(
    `update delivery_pending set next_attempt_at = now() - interval '30 days'
    where webhook_id = $1`,
    [paused.id],
  );
  const worker = startConsole({
    ROLE: 'worker',
    LOG_LEVEL: 'error',
    DATABASE_URL: platform.config.databaseUrl ?? '',
    HONEYFRAME_SECRET: secret,
    EGRESS_ALLOW: '127.0.0.0/8',
  });
  onTestFinished(() => void worker.child.kill('SIGKILL'));
  const isDelivered = async (id: string) => (await standing(platform, id)).delivered === 3;
  await until('all is recorded', async () => (await isDelivered(paused.id)) && (await isDelivered(other.id)), 60_000);
  expect(receiver.requests).toHaveLength(6);
  const rows = await platform.database.attempt.findMany({ where: { webhook_id: paused.id } });
  expect(rows.map(({ queue_ms }) => queue_ms)).toEqual([2 ** 31 - 1, 2 ** 31 - 1, 2 ** 31 - 1]);
  worker.child.kill('SIGTERM');
  await worker.exited;
  expect(worker.child.exitCode).toBe(0);
}, 120_000);

test('a worker ends on SIGTERM though nothing can be recorded, and what it sent is recorded once', async () => {
  const receiver = await engine.receive();
  const webhook = await subscribe(engine.organization, receiver.url);
  const outage = await holdAttempts(String(engine.platform.pool.options.connectionString));
  await publishRow(engine.organization, 1);
  const running = engine.run();
  await until('it is sent', () => receiver.requests.length === 1);
  engine.forget(running);
  await running.stop();
  await outage.query('commit');
  await engine.platform.pool.query('update lane set lease_until = now() where lease_until is not null');
  engine.run();
  await engine.ended(webhook.id);
  expect(await standing(engine.platform, webhook.id)).toEqual({ delivered: 1 });
});
