import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { pauseWebhook } from '#features/webhooks/pause-webhook.ts';
import { resumeWebhook } from '#features/webhooks/resume-webhook.ts';
import { engineUnderTest } from '#testing/engine-under-test.ts';
import { attemptsOf, publishRow, standing, subscribe } from '#testing/test-webhooks.ts';
import { until } from '#testing/until.ts';
import { claimLanes } from './claim-lanes.ts';
import { releaseLeases, renewLeases } from './keep-leases.ts';

const engine = engineUnderTest();

const laneOf = (webhook_id: string) => engine.platform.database.lane.findUniqueOrThrow({ where: { webhook_id } });

/** As if another worker had leased the lane. */
async function leaseToAnother(webhook_id: string): Promise<string> {
  const token = randomUUID();
  await engine.platform.pool.query(
    `update lane set lease_token = $2, lease_holder = 'another', lease_until = now() + interval '10 seconds'
      where webhook_id = $1`,
    [webhook_id, token],
  );
  return token;
}

test.each([
  ['a failure that would be tried again', "interval '0'"],
  ['the last failure of a delivery', "interval '23 hours 59 minutes 58 seconds'"],
])(
  '%s, of a worker that has lost the lane, is kept as superseded and changes neither delivery nor lane',
  async (_, age) => {
    let fail: (() => void) | undefined;
    const receiver = await engine.receive((response) => {
      fail = () => response.writeHead(500).end();
    });
    const webhook = await subscribe(engine.organization, receiver.url);
    await publishRow(engine.organization, 1);
    await engine.platform.pool.query(
      `update delivery_pending set created_at = created_at - ${age} where webhook_id = $1`,
      [webhook.id],
    );
    engine.run();
    const answer = await until('it is sent', () => fail);
    const token = await leaseToAnother(webhook.id);
    answer();
    await until('it is in the log', async () => (await attemptsOf(engine.platform, webhook.id)).length === 1);
    expect(await attemptsOf(engine.platform, webhook.id)).toMatchObject([{ outcome: 'superseded', status: 500 }]);
    expect(await standing(engine.platform, webhook.id)).toEqual({ pending: 1 });
    expect(
      await engine.platform.database.deliveryPending.findFirst({ where: { webhook_id: webhook.id } }),
    ).toMatchObject({ attempt_count: 0, last_status: null });
    expect(await laneOf(webhook.id)).toMatchObject({
      lease_token: token,
      consecutive_failures: 0,
      failing_since: null,
    });
  },
);

test.each([
  ['a failure that would be tried again', "interval '0'"],
  ['the last failure of a delivery', "interval '23 hours 59 minutes 58 seconds'"],
])(
  '%s, of a delivery that another worker has attempted meanwhile, is kept as superseded and changes nothing of it',
  async (_, age) => {
    let fail: (() => void) | undefined;
    const receiver = await engine.receive((response) => {
      fail = () => response.writeHead(500).end();
    });
    const webhook = await subscribe(engine.organization, receiver.url);
    await publishRow(engine.organization, 1);
    const { pool } = engine.platform;
    await pool.query(`update delivery_pending set created_at = created_at - ${age} where webhook_id = $1`, [
      webhook.id,
    ]);
    engine.run();
    const answer = await until('it is sent', () => fail);
    const { rows } = await pool.query(
      `update delivery_pending set attempt_count = 1, last_status = 502, last_attempt_at = now(),
        next_attempt_at = now() + interval '1 hour' where webhook_id = $1 returning *`,
      [webhook.id],
    );
    answer();
    await until('it is in the log', async () => (await attemptsOf(engine.platform, webhook.id)).length === 1);
    expect(await attemptsOf(engine.platform, webhook.id)).toMatchObject([{ outcome: 'superseded', number: 1 }]);
    expect((await pool.query('select * from delivery_pending where webhook_id = $1', [webhook.id])).rows).toEqual(rows);
  },
);

test('a lease is renewed by its token alone', async () => {
  const webhook = await subscribe(engine.organization, 'http://127.0.0.1:4/');
  await leaseToAnother(webhook.id);
  const before = await laneOf(webhook.id);
  const stale = { webhook_id: webhook.id, lease_token: randomUUID(), tokens: null };
  expect((await renewLeases(engine.platform.pool, [stale])).kept.size).toBe(0);
  expect(await laneOf(webhook.id)).toEqual(before);
});

test('a lease is given back by its token alone', async () => {
  const webhook = await subscribe(engine.organization, 'http://127.0.0.1:4/');
  await leaseToAnother(webhook.id);
  const before = await laneOf(webhook.id);
  await releaseLeases(engine.platform.pool, [{ webhook_id: webhook.id, lease_token: randomUUID(), tokens: null }]);
  expect(await laneOf(webhook.id)).toEqual(before);
});

test('the lane of a paused webhook is not claimed, whatever is due in it', async () => {
  const webhook = await subscribe(engine.organization, 'http://127.0.0.1:4/');
  await publishRow(engine.organization, 1);
  const { pool } = engine.platform;
  const claim = (webhook_ids: string[] | null) =>
    claimLanes(pool, { now: null, most: 10, holder: 'a test', webhook_ids });
  await pauseWebhook(engine.organization.scope(), webhook.id);
  expect(await claim([webhook.id])).toEqual([]);
  expect(await claim(null)).toEqual([]);
  expect(await laneOf(webhook.id)).toMatchObject({ lease_token: null });
  await resumeWebhook(engine.organization.scope(), webhook.id);
  expect(await claim([webhook.id])).toMatchObject([{ webhook_id: webhook.id }]);
});
