import { afterAll, beforeAll, expect, test } from 'vitest';
import type { OpenPlatform } from '#platform/open-platform.ts';
import { createTestOrganization, createTestPlatform } from '#testing/test-platform.ts';
import { pruneCalls } from './prune-calls.ts';

let platform: OpenPlatform;
beforeAll(async () => {
  platform = await createTestPlatform({ RETENTION_DAYS: '1' });
});
afterAll(() => platform.close());

const DAY_MS = 86_400_000;

async function organizationWith(calls: { count: number; ageDays: number }[]) {
  const { id } = await createTestOrganization(platform);
  for (const { count, ageDays } of calls)
    await platform.database.toolCall.createMany({
      data: Array.from({ length: count }, () => ({
        organization_id: id,
        at: new Date(Date.now() - ageDays * DAY_MS),
        face: 'rest',
        actor_type: 'agent',
        actor_id: 'key',
        actor_name: 'An agent',
        tool: 'send_to_n8n',
        arguments: {},
        ok: true,
        duration_ms: 1,
      })),
    });
  return { kept: () => platform.database.toolCall.count({ where: { organization_id: id } }) };
}

test('the log of calls keeps what is younger than the retention, in every organization', async () => {
  const one = await organizationWith([
    { count: 2_500, ageDays: 2 },
    { count: 3, ageDays: 0.5 },
  ]);
  const other = await organizationWith([{ count: 2, ageDays: 0 }]);
  expect(await pruneCalls(platform)).toBe(2_500);
  expect([await one.kept(), await other.kept()]).toEqual([3, 2]);
});

test('and the newest of them, up to the limit of rows', async () => {
  const busy = await organizationWith([{ count: 30, ageDays: 0 }]);
  await pruneCalls(platform, 10);
  expect(await busy.kept()).toBe(10);
});
