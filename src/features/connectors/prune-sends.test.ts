import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { OpenPlatform } from '#platform/open-platform.ts';
import { createTestOrganization, createTestPlatform, type TestOrganization } from '#testing/test-platform.ts';
import { pruneSends } from './prune-sends.ts';

const DAY_MS = 86_400_000;

let platform: OpenPlatform;
beforeAll(async () => {
  platform = await createTestPlatform({ RETENTION_DAYS: '7' });
});
afterAll(() => platform.close());

/** An organization with a connector whose log holds as many sends as told, so many days old each. */
async function withSends(...groups: { count: number; days: number }[]): Promise<TestOrganization> {
  const organization = await createTestOrganization(platform);
  const connector_id = await organization.connectorId();
  for (const { count, days } of groups) {
    await platform.database.connectorSend.createMany({
      data: Array.from({ length: count }, (_, index) => ({
        organization_id: organization.id,
        connector_id,
        at: new Date(Date.now() - days * DAY_MS),
        source: 'test',
        action: 'send_message',
        actor_type: 'user',
        actor_id: 'u',
        actor_name: 'Ada',
        ok: true,
        duration_ms: index,
      })),
    });
  }
  return organization;
}

const left = (organization: TestOrganization) =>
  platform.database.connectorSend.findMany({
    where: { organization_id: organization.id },
    orderBy: { id: 'asc' },
    select: { at: true, duration_ms: true },
  });

describe('the log of sends keeps', () => {
  test('what is younger than the retention', async () => {
    const organization = await withSends({ count: 3, days: 8 }, { count: 2, days: 6.9 }, { count: 1, days: 0 });
    expect(await pruneSends(platform)).toBe(3);
    expect(await left(organization)).toHaveLength(3);
    expect(await pruneSends(platform)).toBe(0);
  });

  test('the newest rows of each organization, up to the limit, however young the others are', async () => {
    const [busy, quiet] = [await withSends({ count: 30, days: 0 }), await withSends({ count: 10, days: 1 })];
    expect(await pruneSends(platform, 10)).toBe(20);
    expect((await left(busy)).map(({ duration_ms }) => duration_ms)).toEqual(
      Array.from({ length: 10 }, (_, index) => index + 20),
    );
    expect(await left(quiet)).toHaveLength(10);
  });

  test('nothing that is too old, in however many batches it goes', async () => {
    const [old, young] = [
      await withSends({ count: 2500, days: 8 }, { count: 5, days: 1 }),
      await withSends({ count: 5, days: 1 }),
    ];
    expect(await pruneSends(platform, 1000)).toBe(2500);
    expect(await left(old)).toHaveLength(5);
    expect(await left(young)).toHaveLength(5);
  });

  test('what two processes prune at once, once', async () => {
    const organization = await withSends({ count: 1500, days: 8 }, { count: 5, days: 1 });
    const counts = await Promise.all([pruneSends(platform), pruneSends(platform)]);
    expect(counts[0] + counts[1]).toBe(1500);
    expect(await left(organization)).toHaveLength(5);
  });

  test('everything of an organization that has sent nothing', async () => {
    await createTestOrganization(platform);
    expect(await pruneSends(platform)).toBe(0);
  });
});
