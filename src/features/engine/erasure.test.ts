import { randomBytes } from 'node:crypto';
import { describe, expect, onTestFinished, test } from 'vitest';
import { recoverDeliveries } from '#features/deliveries/recover-deliveries.ts';
import { retryDelivery } from '#features/deliveries/retry-delivery.ts';
import { sendTest } from '#features/deliveries/send-test.ts';
import { eraseEventData } from '#features/events/erase-event-data.ts';
import { createLog } from '#platform/log-files/log.ts';
import { openPlatform } from '#platform/open-platform.ts';
import { engineUnderTest } from '#testing/engine-under-test.ts';
import { connectAsPlatform } from '#testing/held-transaction.ts';
import type { Receiver } from '#testing/receivers.ts';
import { startConsole } from '#testing/running-console.ts';
import { createTestOrganization, createTestPlatform } from '#testing/test-platform.ts';
import { attemptsOf, publishRow, standing, subscribe } from '#testing/test-webhooks.ts';
import { until } from '#testing/until.ts';
import { FROM_THE_START, refillLanes } from './refill-lanes.ts';

const engine = engineUnderTest();

const numbersOf = (receiver: Receiver) => receiver.requests.map(({ body }) => JSON.parse(body).data.n as number);
const erase = (id: string) => eraseEventData(engine.organization.scope(), id);

/** As another process has it, on the same database. */
async function anotherPlatform() {
  const { config } = engine.platform;
  const platform = await openPlatform(config, createLog('silent'), config.databaseUrl ?? '');
  onTestFinished(() => platform.close());
  return platform;
}

/** Answers the first requests on demand, with what it was sent, and later ones at once. */
async function receiveAndHold(first: number) {
  const held: (() => void)[] = [];
  const receiver = await engine.receive((response, { body }) => {
    if (receiver.requests.length > first) response.end();
    else held.push(() => response.writeHead(500, { 'x-echo': 'echo' }).end(body));
  });
  return { receiver, held };
}

describe('after the answer to the erasure', () => {
  test('nothing with the payload is sent, though workers had read it ahead', async () => {
    const { receiver, held } = await receiveAndHold(10);
    const webhook = await subscribe(engine.organization, receiver.url, { concurrency: 10 });
    const ids = await publishRow(engine.organization, 60);
    engine.run();
    await until('ten are on their way', () => held.length === 10);
    for (let at = 0; at < 60; at += 10) await Promise.all(ids.slice(at, at + 10).map(erase));
    expect(receiver.requests).toHaveLength(10);
    for (const answer of held) answer();
    await until('the ten are recorded', async () => (await attemptsOf(engine.platform, webhook.id)).length === 10);
    await publishRow(engine.organization, 1, 60);
    await until('what is published after it arrives', () => numbersOf(receiver).includes(60));
    expect(numbersOf(receiver).filter((n) => n < 60)).toHaveLength(10);
    expect(await standing(engine.platform, webhook.id)).toMatchObject({ cancelled: 60 });
  });

  test('no answer is stored of an attempt that was under way, and a second erasure finds nothing', async () => {
    const { receiver, held } = await receiveAndHold(1);
    const webhook = await subscribe(engine.organization, receiver.url);
    const [id = ''] = await publishRow(engine.organization, 1);
    engine.run();
    await until('it is on its way', () => held.length === 1);
    await erase(id);
    held[0]?.();
    await until('it is recorded', async () => (await attemptsOf(engine.platform, webhook.id)).length === 1);
    const [attempt] = await engine.platform.database.attempt.findMany({ where: { webhook_id: webhook.id } });
    expect(attempt).toMatchObject({ outcome: 'superseded', status: 500, response_body: null, response_headers: null });
    await erase(id);
    expect(
      await engine.platform.database.auditLog.count({ where: { action: 'event.data_erased', target_id: id } }),
    ).toBe(1);
    expect(await standing(engine.platform, webhook.id)).toEqual({ cancelled: 1 });
  });

  test('what an earlier version stored of an answer goes with a second erasure', async () => {
    const receiver = await engine.receive();
    const webhook = await subscribe(engine.organization, receiver.url);
    const [id = ''] = await publishRow(engine.organization, 1);
    engine.run();
    await engine.ended(webhook.id);
    await erase(id);
    await engine.platform.pool.query(`update attempt set response_body = 'echo' where webhook_id = $1`, [webhook.id]);
    await erase(id);
    expect((await attemptsOf(engine.platform, webhook.id)).map(({ response_body }) => response_body)).toEqual([null]);
  });

  test('a request whose connection is still being made is not sent', async () => {
    const { receiver } = await receiveAndHold(0);
    const webhook = await subscribe(engine.organization, receiver.url, { concurrency: 1 });
    const [id = ''] = await publishRow(engine.organization, 1);
    const { outbound } = engine.platform;
    const reached = Promise.withResolvers<void>();
    const released = Promise.withResolvers<void>();
    const send: typeof outbound.send = async (request) => {
      reached.resolve();
      await released.promise;
      return outbound.send(request);
    };
    engine.platform.outbound = { ...outbound, send };
    onTestFinished(() => {
      engine.platform.outbound = outbound;
    });
    engine.run();
    await reached.promise;
    await erase(id);
    released.resolve();
    await engine.ended(webhook.id);
    await publishRow(engine.organization, 1, 1);
    await until('the next arrives', () => receiver.requests.length > 0);
    expect(numbersOf(receiver)).toEqual([1]);
    const erased = await engine.platform.database.delivery.findFirstOrThrow({ where: { event_id: id } });
    expect(erased).toMatchObject({ status: 'cancelled', reason: 'erased', attempt_count: 0 });
    expect(await engine.platform.database.attempt.count({ where: { delivery_id: erased.id } })).toBe(0);
  });

  /** Asks for a test, and holds it before its connection is made. */
  async function heldTest() {
    const { receiver } = await receiveAndHold(0);
    const webhook = await subscribe(engine.organization, receiver.url);
    const { outbound } = engine.platform;
    const reached = Promise.withResolvers<void>();
    const released = Promise.withResolvers<void>();
    const send: typeof outbound.send = async (request) => {
      reached.resolve();
      await released.promise;
      return outbound.send(request);
    };
    engine.platform.outbound = { ...outbound, send };
    onTestFinished(() => {
      engine.platform.outbound = outbound;
    });
    const sent = sendTest(engine.organization.scope(), { id: webhook.id }).catch((error: unknown) => error);
    await reached.promise;
    const { rows } = await engine.platform.pool.query<{ event_id: string }>('select event_id from test_sending');
    return { receiver, webhook, sent, event_id: rows[0]?.event_id ?? '', release: () => released.resolve() };
  }

  test.each(['its own', 'another'])(
    'a test send that is stored and not written yet is not sent, when %s process erases its event',
    async (whose) => {
      const { receiver, webhook, sent, event_id, release } = await heldTest();
      const platform = whose === 'its own' ? engine.platform : await anotherPlatform();
      await eraseEventData({ ...engine.organization.scope(), platform }, event_id);
      release();
      expect(await sent).toMatchObject({ code: 'CONFLICT', message: expect.stringContaining('erased before') });
      expect(receiver.requests).toHaveLength(0);
      expect(await standing(engine.platform, webhook.id)).toEqual({});
      expect(await engine.platform.database.testSending.count()).toBe(0);
    },
  );

  test('a test whose sender hears nothing keeps the erasure waiting until its time is over', async () => {
    const { sent, event_id, release } = await heldTest();
    const platform = await anotherPlatform();
    const asked = Promise.withResolvers<void>();
    const live = { ...platform.live, notify: () => asked.resolve() };
    const erased = eraseEventData({ ...engine.organization.scope(), platform: { ...platform, live } }, event_id);
    expect(await Promise.race([asked.promise.then(() => 'waits'), erased.then(() => 'answered')])).toBe('waits');
    await engine.platform.pool.query('update test_sending set sending_until = now()');
    await erased;
    release();
    await sent;
  });

  test('of a delivery that had ended already no late answer is stored', async () => {
    const { receiver, held } = await receiveAndHold(1);
    const webhook = await subscribe(engine.organization, receiver.url);
    const [id = ''] = await publishRow(engine.organization, 1);
    engine.run();
    await until('it is on its way', () => held.length === 1);
    await engine.platform.pool.query(
      `with gone as (delete from delivery_pending where webhook_id = $1 returning *)
        insert into delivery (id, organization_id, webhook_id, event_id, event_type, origin, created_at, status, reason,
            attempt_count, deadline_at)
          select id, organization_id, webhook_id, event_id, event_type, origin, created_at, 'cancelled', 'disabled', 0,
            now() from gone`,
      [webhook.id],
    );
    await erase(id);
    held[0]?.();
    await until('it is recorded', async () => (await attemptsOf(engine.platform, webhook.id)).length === 1);
    expect((await attemptsOf(engine.platform, webhook.id))[0]).toMatchObject({ status: 500, response_body: null });
  });

  test('no answer to a test send is stored', async () => {
    const { receiver, held } = await receiveAndHold(1);
    const webhook = await subscribe(engine.organization, receiver.url);
    const sent = sendTest(engine.organization.scope(), { id: webhook.id });
    await until('it is on its way', () => held.length === 1);
    await erase(String(receiver.requests[0]?.headers['webhook-id']));
    held[0]?.();
    expect((await sent).response).toMatchObject({ status: 500, body: null, headers: [] });
    expect((await attemptsOf(engine.platform, webhook.id)).map(({ response_body }) => response_body)).toEqual([null]);
  });
});

test('the answer to an erasure waits for a worker of another process, or for the end of its lease', async () => {
  const secret = randomBytes(32).toString('base64');
  const platform = await createTestPlatform({ HONEYFRAME_SECRET: secret });
  onTestFinished(() => platform.close());
  const organization = await createTestOrganization(platform);
  const held: (() => void)[] = [];
  const receiver = await engine.receive((response) => void held.push(() => response.end()));
  const worker = startConsole({
    ROLE: 'worker',
    LOG_LEVEL: 'error',
    DATABASE_URL: platform.config.databaseUrl ?? '',
    HONEYFRAME_SECRET: secret,
    EGRESS_ALLOW: '127.0.0.0/8',
  });
  onTestFinished(async () => {
    worker.child.kill('SIGKILL');
    await worker.exited;
  });
  const webhook = await subscribe(organization, receiver.url, { concurrency: 2 });
  const ids = await publishRow(organization, 8);
  await until('two are on their way', () => held.length === 2, 60_000);
  await Promise.all(ids.slice(0, 4).map((id) => eraseEventData(organization.scope(), id)));
  for (const answer of held) answer();
  await until('the worker goes on', () => receiver.requests.length === 4);
  expect(new Set(numbersOf(receiver))).toEqual(new Set([0, 1, 4, 5]));
  // A worker that does not answer loses its lease first, and then looks at the lease before it sends.
  worker.child.kill('SIGSTOP');
  await Promise.all(ids.slice(4).map((id) => eraseEventData(organization.scope(), id)));
  const lane = await platform.database.lane.findUniqueOrThrow({ where: { webhook_id: webhook.id } });
  expect(lane.lease_until?.getTime()).toBeLessThanOrEqual(Date.now());
  for (const answer of held) answer();
  worker.child.kill('SIGCONT');
  await publishRow(organization, 1, 100);
  await until('the worker goes on with what came after', () => numbersOf(receiver).includes(100), 30_000);
  expect(numbersOf(receiver).filter((n) => n > 5 && n < 100)).toEqual([]);
}, 120_000);

describe('a retry and an erasure at the same time', () => {
  /** A delivery that has ended, of an event that somebody erases in a transaction that is still open. */
  async function openErasure() {
    const receiver = await engine.receive();
    const webhook = await subscribe(engine.organization, receiver.url, { ordered: true });
    const [event_id = ''] = await publishRow(engine.organization, 1);
    const running = engine.run();
    await engine.ended(webhook.id);
    await running.stop();
    engine.forget(running);
    const [delivery] = await engine.platform.database.delivery.findMany({ where: { webhook_id: webhook.id } });
    await engine.platform.pool.query(`update delivery set status = 'failed', reason = 'expired' where id = $1`, [
      delivery?.id,
    ]);
    const client = await connectAsPlatform(String(engine.platform.pool.options.connectionString));
    onTestFinished(() => client.end());
    await client.query('begin');
    await client.query('update event set body = null, erased_at = now() where id = $1', [event_id]);
    const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
    return { webhook, receiver, client, pid: rows[0]?.pid ?? 0, event_id, delivery_id: delivery?.id ?? '' };
  }

  /** For this very erasure: others in this database wait for other things. */
  const somebodyWaitsFor = (pid: number) =>
    until('it waits for the erasure', async () => {
      const { rowCount } = await engine.platform.pool.query(
        `select from pg_stat_activity a where $1::int = any(pg_blocking_pids(a.pid))`,
        [pid],
      );
      return rowCount === 1;
    });

  test('the retry waits for the erasure, is refused, and leaves nothing that would block the webhook', async () => {
    const { webhook, client, pid, delivery_id } = await openErasure();
    const retried = retryDelivery(engine.organization.scope(), delivery_id).catch((error: unknown) => error);
    await somebodyWaitsFor(pid);
    await client.query('commit');
    expect(await retried).toMatchObject({ code: 'CONFLICT' });
    expect(await standing(engine.platform, webhook.id)).toEqual({ failed: 1 });
  });

  test('so does a recovery', async () => {
    const { webhook, client, pid } = await openErasure();
    const recovered = recoverDeliveries(engine.organization.scope(), {
      id: webhook.id,
      since: new Date(0),
      statuses: ['failed', 'cancelled'],
      dry_run: false,
    });
    await somebodyWaitsFor(pid);
    await client.query('commit');
    expect(await recovered).toEqual({ count: 0 });
    expect(await standing(engine.platform, webhook.id)).toEqual({ failed: 1 });
  });

  test('an erasure that comes second cancels the retry', async () => {
    const { webhook, client, delivery_id, event_id } = await openErasure();
    await client.query('rollback');
    await retryDelivery(engine.organization.scope(), delivery_id);
    await erase(event_id);
    expect(await standing(engine.platform, webhook.id)).toEqual({ failed: 1, cancelled: 1 });
  });
});

describe('a delivery without a payload', () => {
  /** As a fault would leave it: pending, and its event has nothing to send. */
  async function publishBodiless(count: number) {
    const ids = await publishRow(engine.organization, count);
    await engine.platform.pool.query('update event set body = null, erased_at = now() where id = any($1)', [ids]);
  }

  test.each([true, false])('takes no place in a refill (ordered: %s), and ends by the sweep', async (ordered) => {
    const receiver = await engine.receive();
    const webhook = await subscribe(engine.organization, receiver.url, { ordered, concurrency: 2 });
    await publishBodiless(30);
    await publishRow(engine.organization, 2, 100);
    const refill = { webhook_id: webhook.id, want: 4, ...FROM_THE_START };
    expect(await refillLanes(engine.platform.pool, null, [refill], [])).toHaveLength(ordered ? 1 : 2);
    engine.run({ upkeepMs: 50 });
    await until('what has one arrives', () => receiver.requests.length === 2);
    expect(numbersOf(receiver)).toEqual([100, 101]);
    await engine.ended(webhook.id);
    expect(await standing(engine.platform, webhook.id)).toEqual({ delivered: 2, cancelled: 30 });
  });
});
