import { afterAll, beforeAll, expect, test } from 'vitest';
import type { OpenPlatform } from '#platform/open-platform.ts';
import { createTestOrganization, createTestPlatform, type TestOrganization } from '#testing/test-platform.ts';
import { pruneAlerts } from './prune-alerts.ts';

const DAY_MS = 86_400_000;
const daysAgo = (days: number) => new Date(Date.now() - days * DAY_MS);

let platform: OpenPlatform;
let organization: TestOrganization;
beforeAll(async () => {
  platform = await createTestPlatform({ RETENTION_DAYS: '7' });
  organization = await createTestOrganization(platform);
});
afterAll(() => platform.close());

const groupId = (index: number) => index.toString(16).padStart(16, '0');

test('old alerts go, and groups that nobody has seen for as long', async () => {
  const alert = {
    organization_id: organization.id,
    reason: 'new',
    title: 'A script',
    count: 1,
    connector_name: 'Chat',
  };
  await platform.database.cspAlert.createMany({
    data: [8, 6].map((days) => ({ ...alert, group_id: groupId(days), day: daysAgo(days), at: daysAgo(days) })),
  });
  await platform.database.cspKnownGroup.createMany({
    data: [8, 6, 1].map((days) => ({
      organization_id: organization.id,
      group_id: groupId(days),
      last_seen_at: daysAgo(days),
    })),
  });
  expect(await pruneAlerts(platform)).toBe(2);
  expect((await platform.database.cspAlert.findMany()).map(({ group_id }) => group_id)).toEqual([groupId(6)]);
  expect(await platform.database.cspKnownGroup.count()).toBe(2);
});

test('of too many groups the longest unseen are forgotten, in batches', async () => {
  await platform.database.cspKnownGroup.createMany({
    data: Array.from({ length: 4_500 }, (_, index) => ({
      organization_id: organization.id,
      group_id: groupId(1_000 + index),
      last_seen_at: new Date(Date.now() - index * 1_000),
    })),
  });
  await pruneAlerts(platform, 100);
  const left = await platform.database.cspKnownGroup.findMany({ orderBy: { last_seen_at: 'desc' } });
  expect(left.map(({ group_id }) => group_id)).toEqual(
    Array.from({ length: 100 }, (_, index) => groupId(1_000 + index)),
  );
});
