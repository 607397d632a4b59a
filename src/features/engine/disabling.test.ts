import { describe, expect, onTestFinished, test } from 'vitest';
import { disableFailing } from '#features/webhooks/disable-webhook.ts';
import { getWebhook } from '#features/webhooks/get-webhook.ts';
import { updateWebhookInput } from '#features/webhooks/schema.ts';
import { updateWebhook } from '#features/webhooks/update-webhook.ts';
import { createOutboundHttp } from '#platform/outbound/outbound-http.ts';
import { startConnectProxy } from '#testing/connect-proxy.ts';
import { dayBefore } from '#testing/delivery-history.ts';
import { engineUnderTest } from '#testing/engine-under-test.ts';
import { createFakeClock } from '#testing/fake-clock.ts';
import { closedPort } from '#testing/receivers.ts';
import { attemptsOf, publishRow, standing, subscribe } from '#testing/test-webhooks.ts';
import { until } from '#testing/until.ts';
import { createSweeping } from './sweep-deliveries.ts';

const engine = engineUnderTest();
const HOUR_MS = 3_600_000;

const stateOf = (id: string) => getWebhook(engine.organization.scope(), id);
const laneOf = (webhook_id: string) => engine.platform.database.lane.findUniqueOrThrow({ where: { webhook_id } });
const change = (id: string, given: object) =>
  updateWebhook(engine.organization.scope(), updateWebhookInput.parse({ id, ...given }));
const failSince = (id: string, hours: number) =>
  engine.platform.pool.query(
    `update lane set consecutive_failures = 20, failing_since = now() - make_interval(hours => $2), last_attempt_at = now()
      where webhook_id = $1`,
    [id, hours],
  );

/** Makes every insert of this table fail until the test ends. */
async function refuseInsertsInto(table: string) {
  const { pool } = engine.platform;
  await pool.query(`create or replace function refuse_insert() returns trigger language plpgsql as $$
    begin raise exception 'refused by the test' using errcode = '57P01'; end $$`);
  await pool.query(
    `create trigger refuse_insert before insert on ${table} for each row execute function refuse_insert()`,
  );
  const allow = () => pool.query(`drop trigger if exists refuse_insert on ${table}`);
  onTestFinished(async () => void (await allow()));
  return allow;
}

describe('a webhook is disabled in one transaction with its cause and its event', () => {
  test('that of a 410: without the event neither the disabling nor the result is there, and all are once it can be stored', async () => {
    const receiver = await engine.receive((response) => response.writeHead(410).end());
    const webhook = await subscribe(engine.organization, receiver.url, { event_type: 'dataset.*' });
    await publishRow(engine.organization, 1);
    const allow = await refuseInsertsInto('event');
    engine.run();
    await until('it was sent', () => receiver.requests.length > 0);
    // The recording is tried again and again, and leaves nothing behind.
    await until('it waits', async () => (await stateOf(webhook.id)).status === 'active');
    expect(await attemptsOf(engine.platform, webhook.id)).toEqual([]);
    expect(await standing(engine.platform, webhook.id)).toEqual({ pending: 1 });
    await allow();
    await engine.ended(webhook.id);
    expect(await stateOf(webhook.id)).toMatchObject({ status: 'disabled', disabled_reason: 'gone' });
    expect(await attemptsOf(engine.platform, webhook.id)).toMatchObject([{ outcome: 'failed', status: 410 }]);
    const events = await engine.platform.database.event.findMany({ where: { event_type: 'webhook.disabled' } });
    expect(events.map(({ body }) => JSON.parse(body ?? '').data.webhook_id)).toEqual([webhook.id]);
    expect(receiver.requests.filter(({ headers }) => headers['x-honeyframe-event'] === 'dataset.updated')).toHaveLength(
      1,
    );
  });

  test('that of failures: without the event it stays active, without an audit row', async () => {
    const webhook = await subscribe(engine.organization, 'http://127.0.0.1:4/');
    await failSince(webhook.id, 25);
    const allow = await refuseInsertsInto('event');
    await expect(disableFailing(engine.platform, webhook.id)).rejects.toThrow();
    const audited = { action: 'webhook.disabled', target_id: webhook.id };
    expect(await engine.platform.database.auditLog.count({ where: audited })).toBe(0);
    expect((await stateOf(webhook.id)).status).toBe('active');
    await allow();
    expect(await disableFailing(engine.platform, webhook.id)).toBe(true);
    expect(await engine.platform.database.auditLog.count({ where: audited })).toBe(1);
  });

  test('a worker that was killed before the disabling is made up for by the next sweep', async () => {
    const webhook = await subscribe(engine.organization, 'http://127.0.0.1:4/');
    await failSince(webhook.id, 25);
    engine.run({ upkeepMs: 50 });
    await until('it is disabled', async () => (await stateOf(webhook.id)).status === 'disabled');
  });
});

describe('a webhook that has moved', () => {
  test('is not disabled by a 410 of the old address, and what got it goes to the new one', async () => {
    const answers: (() => void)[] = [];
    const old = await engine.receive((response) => void answers.push(() => response.writeHead(410).end()));
    const receiver = await engine.receive();
    const webhook = await subscribe(engine.organization, old.url);
    await publishRow(engine.organization, 1);
    engine.run();
    await until('it is on its way', () => answers.length === 1);
    await change(webhook.id, { target_url: receiver.url });
    answers[0]?.();
    await engine.ended(webhook.id);
    expect(await stateOf(webhook.id)).toMatchObject({ status: 'active' });
    expect(await standing(engine.platform, webhook.id)).toEqual({ delivered: 1 });
    expect(receiver.requests).toHaveLength(1);
    await publishRow(engine.organization, 1, 1);
    await engine.ended(webhook.id);
    expect(receiver.requests).toHaveLength(2);
  });

  test('begins without the failures of the old address, and late ones of it do not count', async () => {
    const answers: (() => void)[] = [];
    const old = await engine.receive((response) => void answers.push(() => response.writeHead(500).end()));
    const webhook = await subscribe(engine.organization, old.url);
    await publishRow(engine.organization, 1);
    engine.run();
    await until('it is on its way', () => answers.length === 1);
    await failSince(webhook.id, 25);
    await change(webhook.id, { target_url: `http://127.0.0.1:${await closedPort()}` });
    expect(await laneOf(webhook.id)).toMatchObject({ consecutive_failures: 0, failing_since: null });
    answers[0]?.();
    await until('it is recorded', async () => (await attemptsOf(engine.platform, webhook.id)).length === 1);
    expect(await laneOf(webhook.id)).toMatchObject({ consecutive_failures: 0, failing_since: null });
    expect(await stateOf(webhook.id)).toMatchObject({ status: 'active', health: 'ok' });
  });

  test('keeps its failures when something else of it changes', async () => {
    const webhook = await subscribe(engine.organization, 'http://127.0.0.1:4/');
    await failSince(webhook.id, 5);
    await change(webhook.id, { target_url: 'http://127.0.0.1:4/', concurrency: 3 });
    expect(await laneOf(webhook.id)).toMatchObject({ consecutive_failures: 20 });
  });
});

test('a webhook that becomes ordered sends nothing that was read ahead before an older delivery that failed', async () => {
  const answers: (() => void)[] = [];
  const receiver = await engine.receive((response, { body }) => {
    const { n } = JSON.parse(body).data;
    if (n === 0 && receiver.requests.length === 1) response.writeHead(500).end();
    else if (n === 1) answers.push(() => response.end());
    else response.end();
  });
  const webhook = await subscribe(engine.organization, receiver.url, { concurrency: 1 });
  await publishRow(engine.organization, 6);
  const clock = createFakeClock();
  engine.run({ clock });
  await until('the first has failed and the second is on its way', () => answers.length === 1);
  await until('the failure is recorded', async () => (await attemptsOf(engine.platform, webhook.id)).length === 1);
  await change(webhook.id, { ordered: true });
  answers[0]?.();
  await until('the second is recorded', async () => (await standing(engine.platform, webhook.id)).delivered === 1);
  expect(receiver.requests).toHaveLength(2);
  clock.advance(HOUR_MS);
  await engine.ended(webhook.id);
  const order = receiver.requests.map(({ body }) => JSON.parse(body).data.n);
  expect(order).toEqual([0, 1, 0, 2, 3, 4, 5]);
});

test('what has expired is ended by one sweep, however much it is, and what another worker is ending is passed by', async () => {
  const webhook = await subscribe(engine.organization, 'http://127.0.0.1:4/');
  const [event_id] = await publishRow(engine.organization, 1);
  const { pool } = engine.platform;
  await pool.query(dayBefore(2)); // which 25 hours ago is until one o'clock
  await pool.query(
    `insert into delivery_pending (id, organization_id, webhook_id, event_id, event_type, created_at)
       select uuid_from_time(now() - interval '25 hours' + n * interval '1 ms'), $1, $2, $3, 'dataset.updated',
           now() - interval '25 hours'
         from generate_series(1, 20500) n`,
    [engine.organization.id, webhook.id, event_id],
  );
  const parts = { platform: engine.platform, pool, clock: { ...createFakeClock(), sqlNow: () => null } };
  const sweeping = createSweeping(
    { ...parts, outage: { failed: (error) => expect.fail(String(error)), ended() {} }, isStopping: () => false },
    () => {},
  );
  await sweeping.sweep();
  expect(await standing(engine.platform, webhook.id)).toEqual({ failed: 20_500, pending: 1 });
});

describe('failures of this side', () => {
  /** From now on the engine sends through this. */
  function sendThrough(outbound: ReturnType<typeof createOutboundHttp>) {
    const before = engine.platform.outbound;
    engine.platform.outbound = outbound;
    onTestFinished(async () => {
      engine.platform.outbound = before;
      await outbound.close();
    });
  }

  /** A webhook with a day of failures and all but one of those that disable it, and one failure more. */
  async function failOnceMore(target_url: string) {
    const webhook = await subscribe(engine.organization, 'http://127.0.0.1:4/');
    await engine.platform.pool.query('update webhook set target_url = $2 where id = $1', [webhook.id, target_url]);
    await failSince(webhook.id, 25);
    await publishRow(engine.organization, 1);
    return webhook;
  }

  test.each([
    ['that cannot be reached', async () => `http://127.0.0.1:${await closedPort()}`],
    [
      'that refuses',
      async () => {
        const proxy = await startConnectProxy(9, 407);
        onTestFinished(() => proxy.close());
        return proxy.url;
      },
    ],
  ])('such as a proxy %s do not disable a webhook, and set back since when it fails', async (_what, urlOf) => {
    sendThrough(createOutboundHttp({ httpsProxy: await urlOf(), resolve: async () => ['93.184.216.34'] }));
    const webhook = await failOnceMore('https://receiver.test/');
    engine.run({ upkeepMs: 60_000 });
    await until('it was tried', async () => (await attemptsOf(engine.platform, webhook.id)).length > 0);
    expect(await stateOf(webhook.id)).toMatchObject({ status: 'active' });
    expect(await laneOf(webhook.id)).toMatchObject({ consecutive_failures: 20, failing_since: null });
  });

  test('such as a resolver that does not answer do not either', async () => {
    const resolve = async () => Promise.reject(Object.assign(new Error(), { code: 'EAI_AGAIN' }));
    sendThrough(createOutboundHttp({ resolve }));
    const webhooks = [await failOnceMore('https://one.test/'), await failOnceMore('https://two.test/')];
    engine.run({ upkeepMs: 60_000 });
    for (const { id } of webhooks) {
      await until('it was tried', async () => (await attemptsOf(engine.platform, id)).length > 0);
      expect(await stateOf(id)).toMatchObject({ status: 'active' });
      expect(await laneOf(id)).toMatchObject({ failing_since: null });
    }
  });

  test('a receiver that refuses connections is disabled all the same', async () => {
    const webhook = await failOnceMore(`http://127.0.0.1:${await closedPort()}`);
    engine.run({ upkeepMs: 60_000 });
    await until('it is disabled', async () => (await stateOf(webhook.id)).status === 'disabled');
  });

  test('a request that cannot be made is tried again by the schedule, and not at once', async () => {
    const { outbound } = engine.platform;
    let made = 0;
    const send = () => {
      made += 1;
      return Promise.reject(new Error('invalid header'));
    };
    engine.platform.outbound = { ...outbound, send };
    onTestFinished(() => {
      engine.platform.outbound = outbound;
    });
    const webhook = await failOnceMore('http://127.0.0.1:4/');
    engine.run({ upkeepMs: 60_000 });
    await until('it was tried', async () => (await attemptsOf(engine.platform, webhook.id)).length > 0);
    expect(await attemptsOf(engine.platform, webhook.id)).toMatchObject([{ outcome: 'retry', error_code: 'not_sent' }]);
    expect(made).toBe(1);
    expect((await stateOf(webhook.id)).status).toBe('active');
  });
});
