import { afterAll, beforeAll, expect, test } from 'vitest';
import type { OpenPlatform } from '#platform/open-platform.ts';
import { startReceiver } from '#testing/receivers.ts';
import { createTestOrganization, createTestPlatform, type TestOrganization } from '#testing/test-platform.ts';
import { publishRow, standing, subscribe } from '#testing/test-webhooks.ts';
import { dropOldPartitions, ensurePartitions } from './partitions.ts';

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

test('days older than the retention are dropped whole, and what a pause still held of them fails, audited', async () => {
  await using receiver = await startReceiver();
  const webhook = await subscribe(organization, receiver.url);
  await publishRow(organization, 7);
  const before = await partitions();
  expect(await dropOldPartitions(platform)).toEqual([]);
  expect(await standing(platform, webhook.id)).toEqual({ pending: 7 });
  const later = new Date(Date.now() + 31 * DAY_MS);
  const dropped = await dropOldPartitions(platform, later);
  expect(dropped.length).toBeGreaterThan(0);
  expect(before).toEqual(expect.arrayContaining(dropped));
  expect(await platform.database.event.count({ where: { organization_id: organization.id } })).toBe(0);
  expect(await standing(platform, webhook.id)).toEqual({});
  const [row] = await platform.database.auditLog.findMany({ where: { action: 'deliveries.expired_by_retention' } });
  expect(row).toMatchObject({ target_id: webhook.id, details: { deliveries: 7 } });
});

test('an event is taken although nobody has made its day', async () => {
  await dropOldPartitions(platform, new Date(Date.now() + 60 * DAY_MS));
  const [id] = await publishRow(organization, 1);
  expect(await platform.database.event.count({ where: { id: id ?? '' } })).toBe(1);
});
