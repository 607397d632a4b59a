import { expect, onTestFinished, test, vi } from 'vitest';
import { engineUnderTest } from '#testing/engine-under-test.ts';
import { attemptsOf, publishRow, standing, subscribe } from '#testing/test-webhooks.ts';
import { until } from '#testing/until.ts';

const engine = engineUnderTest();

const ADDRESSES = ['', 'not an address', 'http://', 'http://[::1', 'ftp://127.0.0.1/', 'http://127.0.0.1:99999/'];

test('a webhook whose stored address cannot be read is tried by its schedule and not at once again, and others are delivered', async () => {
  const { pool } = engine.platform;
  const receiver = await engine.receive();
  const good = await subscribe(engine.organization, receiver.url);
  const bad: string[] = [];
  for (const address of ADDRESSES) {
    const { id } = await subscribe(engine.organization, receiver.url);
    await pool.query('update webhook set target_url = $2 where id = $1', [id, address]);
    bad.push(id);
  }
  engine.run();
  for (let n = 0; n < 10; n += 1) {
    await publishRow(engine.organization, 1, n);
    await until('the good one has it', () => receiver.requests.length === n + 1);
  }
  await engine.ended(good.id);
  for (const [place, id] of bad.entries()) {
    const made = await until('each was tried', async () => {
      const attempts = await attemptsOf(engine.platform, id);
      return new Set(attempts.map((one) => one.delivery_id)).size === 10 ? attempts : undefined;
    });
    const about = { address: ADDRESSES[place], attempts: made.length };
    expect(about).toEqual({ ...about, attempts: 10 });
    for (const { started_at, next_attempt_at, error_code } of made) {
      expect({ ...about, error_code }).toEqual({ ...about, error_code: expect.any(String) });
      expect(Number(next_attempt_at) - Number(started_at)).toBeGreaterThanOrEqual(2_500);
    }
    expect(await standing(engine.platform, id)).toEqual({ pending: 10 });
  }
});

test('a webhook whose secret does not open is looked at once a lease, however often there is work for it', async () => {
  const receiver = await engine.receive();
  const bad = await subscribe(engine.organization, receiver.url);
  const good = await subscribe(engine.organization, receiver.url);
  await engine.platform.pool.query(`update webhook set sealed_secret = 'v1.nothing' where id = $1`, [bad.id]);
  const said = vi.spyOn(engine.platform.log, 'error');
  onTestFinished(() => said.mockRestore());
  engine.run();
  for (let n = 0; n < 20; n += 1) {
    await publishRow(engine.organization, 1, n);
    await until('the good one has it', () => receiver.requests.length === n + 1);
  }
  await engine.ended(good.id);
  const looks = said.mock.calls.filter(([, text]) => text?.toString().startsWith('The secrets of a webhook'));
  expect(looks.length).toBeGreaterThanOrEqual(1);
  expect(looks.length).toBeLessThanOrEqual(3);
  expect(await standing(engine.platform, bad.id)).toEqual({ pending: 20 });
});

test('what was published yesterday is recorded though that day has no partition any more', async () => {
  const { pool } = engine.platform;
  const receiver = await engine.receive((response) => response.writeHead(500).end('no'));
  const webhook = await subscribe(engine.organization, receiver.url);
  await publishRow(engine.organization, 3);
  await pool.query(
    `update delivery_pending set id = uuid_from_time(now() - interval '1 day' + random() * interval '1 second')`,
  );
  const { rows } = await pool.query<{ name: string }>(
    `select relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where n.nspname = 'partition' and c.relkind = 'r'
        and right(relname, 8) = to_char(now() at time zone 'UTC' - interval '1 day', 'YYYYMMDD')`,
  );
  expect(rows).toHaveLength(3);
  for (const { name } of rows) await pool.query(`drop table "partition"."${name}"`);
  engine.run();
  await until('each failed once', async () => (await attemptsOf(engine.platform, webhook.id)).length === 3);
  await pool.query(`update delivery_pending set created_at = now() - interval '25 hours', next_attempt_at = now()`);
  await engine.ended(webhook.id);
  expect(await standing(engine.platform, webhook.id)).toEqual({ failed: 3 });
  const { rows: lanes } = await pool.query('select set_aside from lane where webhook_id = $1', [webhook.id]);
  expect(lanes).toEqual([{ set_aside: 0 }]);
});
