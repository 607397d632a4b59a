import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { OpenPlatform } from '#platform/open-platform.ts';
import { openPlatform } from '#platform/open-platform.ts';
import { createTestOrganization, createTestPlatform, type TestOrganization } from '#testing/test-platform.ts';
import { until } from '#testing/until.ts';
import { hashApiKey } from './api-key.ts';
import { createApiKey } from './create-api-key.ts';
import { findApiKey, rememberApiKeys, TRUSTED_MS } from './find-api-key.ts';
import { revokeApiKey } from './revoke-api-key.ts';

const row = (revoked_at: Date | null = null) => ({
  id: 'k',
  name: 'Key',
  organization_id: 'o',
  scopes: ['read' as const],
  expires_at: null,
  revoked_at,
  last_used_at: null,
});

/** Keys in a table of the test, with a clock that the test moves and the hashes that were read. */
function keysOfTest() {
  const nameOf = (hash: Uint8Array) => Buffer.from(hash).toString('hex');
  const table = new Map<string, ReturnType<typeof row>>();
  const read: string[] = [];
  let now = 0;
  const keys = rememberApiKeys({
    now: () => now,
    load: async (hash) => {
      read.push(nameOf(hash));
      return table.get(nameOf(hash)) ?? null;
    },
  });
  return {
    ...keys,
    read,
    store: (key: string, revoked_at: Date | null = null) => table.set(nameOf(hashApiKey(key)), row(revoked_at)),
    pass: (ms: number) => {
      now += ms;
    },
  };
}

describe('an API key that was read', () => {
  test('is read once in a second, however many calls come with it', async () => {
    const keys = keysOfTest();
    keys.store('hfk_a');
    await Promise.all(Array.from({ length: 50 }, () => keys.find('hfk_a')));
    keys.pass(TRUSTED_MS - 1);
    expect(await keys.find('hfk_a')).toMatchObject({ id: 'k' });
    expect(keys.read).toHaveLength(1);
    keys.pass(1);
    await keys.find('hfk_a');
    expect(keys.read).toHaveLength(2);
    expect(TRUSTED_MS).toBeLessThan(1_000);
  });

  test('is as old as the question, not as the answer', async () => {
    const answer = Promise.withResolvers<ReturnType<typeof row>>();
    const asked: number[] = [];
    let now = 0;
    const keys = rememberApiKeys({
      now: () => now,
      load: () => {
        asked.push(now);
        return asked.length === 1 ? answer.promise : Promise.resolve(row(new Date()));
      },
    });
    const first = keys.find('hfk_a');
    now = TRUSTED_MS;
    answer.resolve(row());
    await first;
    expect(await keys.find('hfk_a')).toMatchObject({ revoked_at: expect.any(Date) });
  });

  test('that is unknown or revoked is read at every call, so that made-up keys are not kept', async () => {
    const keys = keysOfTest();
    keys.store('hfk_revoked', new Date());
    for (const key of ['hfk_made_up', 'hfk_revoked', 'hfk_made_up', 'hfk_revoked']) await keys.find(key);
    expect(keys.read).toHaveLength(4);
  });

  test('is read again after a question that failed', async () => {
    let fails = true;
    const keys = rememberApiKeys({
      now: () => 0,
      load: () => (fails ? Promise.reject(new Error('no database')) : Promise.resolve(row())),
    });
    await expect(keys.find('hfk_a')).rejects.toThrow('no database');
    fails = false;
    expect(await keys.find('hfk_a')).toMatchObject({ id: 'k' });
  });

  test('is not kept from a question that began before a revocation and was answered after it', async () => {
    const answer = Promise.withResolvers<ReturnType<typeof row>>();
    const answers = [answer.promise, Promise.resolve(row(new Date()))];
    const keys = rememberApiKeys({ now: () => 0, load: () => answers.shift() ?? Promise.resolve(null) });
    const early = keys.find('hfk_a');
    keys.forgetAll();
    answer.resolve(row());
    await early;
    expect(await keys.find('hfk_a')).toMatchObject({ revoked_at: expect.any(Date) });
  });
});

describe('an API key in use by two processes', () => {
  let platform: OpenPlatform;
  let other: OpenPlatform;
  let organization: TestOrganization;

  beforeAll(async () => {
    platform = await createTestPlatform();
    other = await openPlatform(platform.config, platform.log, platform.config.databaseUrl ?? '');
    organization = await createTestOrganization(platform);
  });
  afterAll(async () => {
    await other.close();
    await platform.close();
  });

  test('that one of them revokes is refused there at once, and by the other as soon as it reads again', async () => {
    const { key, id } = await createApiKey(organization.scope(), { name: 'Shared', scopes: ['read'] });
    expect(await findApiKey(platform, key)).toMatchObject({ id, revoked_at: null });
    expect(await findApiKey(other, key)).toMatchObject({ id, revoked_at: null });
    await revokeApiKey(organization.scope(), id);
    expect(await findApiKey(platform, key)).toMatchObject({ revoked_at: expect.any(Date) });
    await until('the other process refuses it', async () => (await findApiKey(other, key))?.revoked_at);
  });
});
