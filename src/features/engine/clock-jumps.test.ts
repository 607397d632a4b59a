import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { chores } from '#features/chores.ts';
import { clockRepairs } from '#features/clock-repairs.ts';
import { registerSource, takeLease } from '#features/sources/stream/lease.ts';
import type { OpenPlatform } from '#platform/open-platform.ts';
import { startReceiver } from '#testing/receivers.ts';
import { createTestOrganization, createTestPlatform, type TestOrganization } from '#testing/test-platform.ts';
import { publishRow, standing, subscribe } from '#testing/test-webhooks.ts';
import { until } from '#testing/until.ts';
import { createClock } from './clock.ts';
import { dropOldPartitions } from './partitions.ts';
import { runDeliveries } from './run-deliveries.ts';

let platform: OpenPlatform;
let organization: TestOrganization;
beforeAll(async () => {
  platform = await createTestPlatform();
  organization = await createTestOrganization(platform);
});
afterAll(() => platform.close());

async function openReceiver() {
  const receiver = await startReceiver();
  onTestFinished(() => receiver.close());
  return receiver;
}

function run() {
  const running = runDeliveries(platform);
  onTestFinished(() => running.stop());
}

const delivered = (id: string, count: number) =>
  until('it is delivered', async () => (await standing(platform, id)).delivered === count);

test('a lease that ends in ten days, given while the clock was ahead, holds no lane', async () => {
  const receiver = await openReceiver();
  const { id } = await subscribe(organization, receiver.url);
  await publishRow(organization, 1);
  await platform.pool.query(
    `update lane set lease_token = $2, lease_until = now() + interval '10 days', lease_holder = 'gone'
      where webhook_id = $1`,
    [id, randomUUID()],
  );
  run();
  await delivered(id, 1);
});

test('a delivery that was put off while the clock was ahead is sent once the clock is set back', async () => {
  const receiver = await openReceiver();
  const { id } = await subscribe(organization, receiver.url);
  await publishRow(organization, 2);
  await platform.pool.query(
    `update delivery_pending set attempt_count = 1, last_attempt_at = now() + interval '10 days',
        next_attempt_at = now() + interval '10 days 5 seconds' where webhook_id = $1`,
    [id],
  );
  // One that waits for a retry of today keeps its time.
  await platform.pool.query(
    `update delivery_pending set last_attempt_at = now(), next_attempt_at = now() + interval '4 hours'
      where id = (select id from delivery_pending where webhook_id = $1 order by id limit 1)`,
    [id],
  );
  run();
  for (const repair of clockRepairs) await repair(platform);
  await delivered(id, 1);
  expect(await standing(platform, id)).toEqual({ delivered: 1, pending: 1 });
});

test('a token bucket that was left while the clock was ahead has no debt of ten days once it is set back', async () => {
  const receiver = await openReceiver();
  const { id } = await subscribe(organization, receiver.url, { rate_limit: 5 });
  await publishRow(organization, 3);
  await platform.pool.query(
    "update lane set tokens = -1, tokens_at = now() + interval '10 days' where webhook_id = $1",
    [id],
  );
  run();
  await delivered(id, 3);
});

test('the time that deliveries go by follows PostgreSQL and a monotonic clock, whatever is done to the clock of the process', () => {
  const clock = createClock();
  const databaseNow = new Date(Date.now() + 3_600_000);
  clock.adjust(databaseNow);
  onTestFinished(() => void vi.useRealTimers());
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 10 * 86_400_000 });
  const aheadMs = clock.now() - databaseNow.getTime();
  expect(aheadMs).toBeGreaterThanOrEqual(0);
  expect(aheadMs).toBeLessThan(600_000);
});

test('a change stream whose lease was given while the clock was ahead finds a new reader', async () => {
  await registerSource(platform, 'cluster/1', 'localhost/app');
  await platform.pool.query(
    "update source set lease_token = gen_random_uuid(), lease_until = now() + interval '10 days', lease_holder = 'gone'",
  );
  expect(await takeLease(platform, 'cluster/1', 'another')).not.toBeNull();
  expect(await takeLease(platform, 'cluster/1', 'a third')).toBeNull();
});

test('a process whose clock is 40 days ahead drops no day and deletes no row that PostgreSQL finds young', async () => {
  await publishRow(organization, 1);
  const connector_id = await organization.connectorId();
  const { pool } = platform;
  await pool.query(
    `insert into connector_send (organization_id, connector_id, source, action, actor_type, actor_id, actor_name, ok, duration_ms)
      values ($1, $2, 'api', 'send_message', 'user', 'ada', 'Ada', true, 1)`,
    [organization.id, connector_id],
  );
  await pool.query(
    `insert into tool_call (organization_id, face, actor_type, actor_id, actor_name, tool, arguments, ok, duration_ms)
      values ($1, 'rest', 'user', 'ada', 'Ada', 'send_to_n8n', '{}', true, 1)`,
    [organization.id],
  );
  await pool.query('insert into csp_known_group (organization_id, group_id, last_seen_at) values ($1, $2, now())', [
    organization.id,
    'a-group',
  ]);
  const kept = async () => {
    const { rows } = await pool.query(
      `select (select count(*)::int from pg_tables where schemaname = 'partition') as days,
        (select count(*)::int from connector_send) as sends, (select count(*)::int from tool_call) as calls,
        (select count(*)::int from csp_known_group) as groups, (select count(*)::int from event) as events`,
    );
    return rows;
  };
  const before = await kept();
  onTestFinished(() => void vi.useRealTimers());
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 40 * 86_400_000 });
  expect(await dropOldPartitions(platform)).toEqual([]);
  for (const chore of chores) await chore.run(platform);
  expect(await kept()).toEqual(before);
  expect(before).toMatchObject([{ sends: 1, calls: 1, groups: 1 }]);
});
