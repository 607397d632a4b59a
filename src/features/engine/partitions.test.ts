import { afterAll, beforeAll, expect, test } from 'vitest';
import { getWebhook } from '#features/webhooks/get-webhook.ts';
import { pauseWebhook } from '#features/webhooks/pause-webhook.ts';
import { resumeWebhook } from '#features/webhooks/resume-webhook.ts';
import type { OpenPlatform } from '#platform/open-platform.ts';
import { startReceiver } from '#testing/receivers.ts';
import { createTestOrganization, createTestPlatform, type TestOrganization } from '#testing/test-platform.ts';
import { publishRow, standing, subscribe } from '#testing/test-webhooks.ts';
import { until } from '#testing/until.ts';
import { dropOldPartitions, ensurePartitions } from './partitions.ts';
import { runDeliveries } from './run-deliveries.ts';

const DAY_MS = 86_400_000;

let platform: OpenPlatform;
let organization: TestOrganization;
beforeAll(async () => {
  platform = await createTestPlatform({ RETENTION_DAYS: '30' });
  organization = await createTestOrganization(platform);
});
afterAll(() => platform.close());

async function partitions(): Promise<string[]> {
  const { rows } = await platform.pool.query<{ name: string }>(
    `select relname as name from pg_class c join pg_namespace n on n.oid = relnamespace
      where nspname = 'partition' and relkind = 'r' order by relname`,
  );
  return rows.map(({ name }) => name);
}

test('days are made a week ahead, once, by however many processes at once', async () => {
  for (let round = 0; round < 10; round += 1) {
    await platform.pool.query(`drop table "partition".${(await partitions()).at(-1)}`);
    await Promise.all(Array.from({ length: 8 }, () => ensurePartitions(platform)));
  }
  const today = new Date().toISOString().slice(0, 10).replaceAll('-', '');
  const events = (await partitions()).filter((name) => name.startsWith('event_'));
  expect(events).toContain(`event_${today}`);
  expect(events.length).toBeGreaterThanOrEqual(9);
});

const daysFromNow = (days: number) => new Date(Date.now() + days * DAY_MS);
const eventsOf = ({ id }: TestOrganization) => platform.database.event.count({ where: { organization_id: id } });

/** A webhook that a pause holds events of. */
async function pausedWith(url: string, count: number) {
  const owner = await createTestOrganization(platform);
  const webhook = await subscribe(owner, url);
  await pauseWebhook(owner.scope(), webhook.id);
  const ids = await publishRow(owner, count);
  return { owner, webhook, ids };
}

test('days older than the retention are dropped whole', async () => {
  await using receiver = await startReceiver();
  const webhook = await subscribe(organization, receiver.url, { event_type: 'recipe.run.failed' });
  await publishRow(organization, 7);
  const before = await partitions();
  expect(await dropOldPartitions(platform)).toEqual([]);
  const dropped = await dropOldPartitions(platform, daysFromNow(31));
  expect(dropped.length).toBeGreaterThan(0);
  expect(before).toEqual(expect.arrayContaining(dropped));
  expect(await eventsOf(organization)).toBe(0);
  expect(await standing(platform, webhook.id)).toEqual({});
});

test('what a pause holds outlives the retention, alone, and is delivered after the resume', async () => {
  await using receiver = await startReceiver();
  await ensurePartitions(platform);
  await publishRow(organization, 5);
  const { owner, webhook, ids } = await pausedWith(receiver.url, 7);
  await dropOldPartitions(platform, daysFromNow(60));
  expect(await eventsOf(organization)).toBe(0);
  expect(await eventsOf(owner)).toBe(7);
  expect(await standing(platform, webhook.id)).toEqual({ pending: 7 });

  await ensurePartitions(platform); // the day of today, which the moved time has dropped
  await resumeWebhook(owner.scope(), webhook.id);
  const running = runDeliveries(platform, { sweepMs: 50 });
  await until('delivered', async () => (await standing(platform, webhook.id)).delivered === 7);
  await running.stop();
  expect(new Set(receiver.requests.map(({ headers }) => headers['webhook-id']))).toEqual(new Set(ids));
});

test('what a pause had held stays in the log for a week after its end, with its payload, and goes then', async () => {
  await using receiver = await startReceiver();
  await ensurePartitions(platform);
  const { owner, webhook } = await pausedWith(receiver.url, 3);
  await dropOldPartitions(platform, daysFromNow(60));
  const ended = daysFromNow(60);
  await platform.pool.query(
    `with gone as (delete from delivery_pending where webhook_id = $1 returning *)
      insert into delivery (id, organization_id, webhook_id, event_id, event_type, origin, created_at, status,
          attempt_count, deadline_at, ended_at)
        select id, organization_id, webhook_id, event_id, event_type, origin, created_at, 'delivered', 1, $2, $2 from gone`,
    [webhook.id, ended],
  );
  await dropOldPartitions(platform, daysFromNow(66));
  expect(await standing(platform, webhook.id)).toEqual({ delivered: 3 });
  expect(await eventsOf(owner)).toBe(3);
  await dropOldPartitions(platform, daysFromNow(68));
  expect(await standing(platform, webhook.id)).toEqual({});
  expect(await eventsOf(owner)).toBe(0);
});

test('what a pause has held for 90 days fails, audited, and its webhook says when that will be', async () => {
  await using receiver = await startReceiver();
  await ensurePartitions(platform);
  const { owner, webhook } = await pausedWith(receiver.url, 2);
  const { stats } = await getWebhook(owner.scope(), webhook.id);
  const until = stats.oldest_pending_until?.getTime() ?? 0;
  expect(until - (stats.oldest_pending_at?.getTime() ?? 0)).toBe(90 * DAY_MS);
  await dropOldPartitions(platform, new Date(until - 1_000));
  expect(await standing(platform, webhook.id)).toEqual({ pending: 2 });
  await dropOldPartitions(platform, new Date(until + 1_000));
  expect(await standing(platform, webhook.id)).toEqual({ failed: 2 });
  const [row] = await platform.database.auditLog.findMany({
    where: { action: 'deliveries.expired_by_retention', organization_id: owner.id },
  });
  expect(row).toMatchObject({ target_id: webhook.id, details: { deliveries: 2 } });
});

test('an event is taken although nobody has made its day', async () => {
  await dropOldPartitions(platform, new Date(Date.now() + 60 * DAY_MS));
  const [id] = await publishRow(organization, 1);
  expect(await platform.database.event.count({ where: { id: id ?? '' } })).toBe(1);
});
