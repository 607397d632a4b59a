import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { handleAuth } from '#api/auth.ts';
import { createApiKey } from '#features/people/api-keys/create-api-key.ts';
import { forgetApiKeys } from '#features/people/api-keys/find-api-key.ts';
import { revokeApiKey } from '#features/people/api-keys/revoke-api-key.ts';
import type { OpenPlatform } from '#platform/open-platform.ts';
import type { Caller } from '#platform/trpc/procedure.ts';
import {
  createTestOrganization,
  createTestPlatform,
  createTestUser,
  postAuth,
  TEST_ORIGIN,
  type TestOrganization,
} from '#testing/test-platform.ts';
import { until } from '#testing/until.ts';
import { listApiKeys } from '../api-keys/list-api-keys.ts';
import { authenticate } from './authenticate.ts';

let platform: OpenPlatform;
let organization: TestOrganization;

beforeAll(async () => {
  platform = await createTestPlatform();
  organization = await createTestOrganization(platform);
});
afterAll(() => platform.close());

const bearer = (key: string) => authenticate(platform, new Headers({ authorization: `Bearer ${key}` }));
const unauthenticated = (message: RegExp) => ({ code: 'UNAUTHORIZED', message: expect.stringMatching(message) });

describe('an API key', () => {
  test('acts for its organization, with its scopes', async () => {
    const { key, id } = await createApiKey(organization.scope(), { name: 'Program', scopes: ['read', 'invoke'] });
    const caller: Caller = {
      kind: 'api_key',
      id,
      name: 'Program',
      organization_id: organization.id,
      scopes: ['read', 'invoke'],
    };
    expect(await bearer(key)).toEqual(caller);
    expect(await authenticate(platform, new Headers({ 'x-api-key': key }))).toEqual(caller);
    expect(await authenticate(platform, new Headers({ authorization: `bearer  ${key}` }))).toEqual(caller);
  });

  test('is told once, and stands in the database as its hash alone', async () => {
    const { key, id, prefix } = await createApiKey(organization.scope(), { name: 'Once', scopes: ['read'] });
    expect(key).toMatch(/^hfk_[\w-]{43}$/);
    expect(key.startsWith(prefix)).toBe(true);
    const { items } = await listApiKeys(organization.scope(), { limit: 10 });
    expect(JSON.stringify(items)).not.toContain(key.slice(12));
    const { rows } = await platform.pool.query('select api_key::text as text from api_key where id = $1', [id]);
    expect(rows).toHaveLength(1);
    expect(JSON.stringify(rows)).not.toContain(key.slice(12));
    const log = await platform.database.auditLog.findFirstOrThrow({ where: { target_id: id } });
    expect(log).toMatchObject({ action: 'api_key.created', severity: 'security', organization_id: organization.id });
    expect(JSON.stringify(log)).not.toContain(key.slice(12));
  });

  test('notes its last use, to the minute', async () => {
    const { key, id } = await createApiKey(organization.scope(), { name: 'Used', scopes: ['read'] });
    const lastUse = async () =>
      (await listApiKeys(organization.scope(), { limit: 10 })).items.find((item) => item.id === id)?.last_used_at;
    expect(await lastUse()).toBeNull();
    await bearer(key);
    const first = await until('the use is noted', lastUse);
    await bearer(key);
    await bearer(key);
    expect(await lastUse()).toEqual(first);
    const anHourAgo = new Date(first.getTime() - 3_600_000);
    await platform.database.apiKey.update({ where: { id }, data: { last_used_at: anHourAgo } });
    forgetApiKeys(platform);
    await bearer(key);
    await until('a later use is noted', async () => ((await lastUse()) ?? anHourAgo) > anHourAgo);
  });

  test('that is revoked is refused at once, and revoking it again changes nothing', async () => {
    const { key, id } = await createApiKey(organization.scope(), { name: 'Revoked', scopes: ['read'] });
    const { revoked_at } = await revokeApiKey(organization.scope(), id);
    await expect(bearer(key)).rejects.toMatchObject(unauthenticated(/Revoked was revoked/));
    expect((await revokeApiKey(organization.scope(), id)).revoked_at).toEqual(revoked_at);
    expect(await platform.database.auditLog.count({ where: { target_id: id, action: 'api_key.revoked' } })).toBe(1);
  });

  test('of another organization is not there to be revoked', async () => {
    const other = await createTestOrganization(platform);
    const { key, id } = await createApiKey(other.scope(), { name: 'Theirs', scopes: ['read'] });
    await expect(revokeApiKey(organization.scope(), id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(await bearer(key)).toMatchObject({ organization_id: other.id });
    expect((await listApiKeys(organization.scope(), { limit: 100 })).items.map((item) => item.id)).not.toContain(id);
  });

  test('is refused from the moment it expires', async () => {
    const { key, id } = await createApiKey(organization.scope(), {
      name: 'Expiring',
      scopes: ['read'],
      expires_at: new Date(Date.now() + 3_600_000),
    });
    expect(await bearer(key)).toMatchObject({ id });
    await platform.database.apiKey.update({ where: { id }, data: { expires_at: new Date(Date.now() - 1) } });
    forgetApiKeys(platform);
    await expect(bearer(key)).rejects.toMatchObject(unauthenticated(/Expiring has expired/));
  });

  test('that is wrong is refused, also beside a session that is right', async () => {
    const wrong: Record<string, string>[] = [
      { 'x-api-key': 'hfk_wrong' },
      { authorization: 'Bearer hfk_wrong' },
      { 'x-api-key': '' },
    ];
    const { cookie } = await createTestUser(platform, organization, 'owner');
    for (const headers of wrong) {
      const sent = authenticate(platform, new Headers({ cookie, ...headers }));
      await expect(sent, JSON.stringify(headers)).rejects.toMatchObject(unauthenticated(/is invalid/));
    }
    await expect(authenticate(platform, new Headers({ cookie, authorization: 'Basic eDp5' }))).rejects.toMatchObject(
      unauthenticated(/form "Bearer <API key>"/),
    );
  });
});

describe('a session', () => {
  test('is its person’s, in the role of the moment', async () => {
    const { id, email, cookie } = await createTestUser(platform, organization, 'member');
    const headers = new Headers({ cookie });
    expect(await authenticate(platform, headers)).toMatchObject({ kind: 'user', id, email, role: 'member' });
    await platform.database.member.updateMany({ where: { userId: id }, data: { role: 'admin' } });
    expect(await authenticate(platform, headers)).toMatchObject({ organization_id: organization.id, role: 'admin' });
    await platform.database.member.deleteMany({ where: { userId: id } });
    expect(await authenticate(platform, headers)).toMatchObject({
      kind: 'nobody',
      stranded: { id: expect.any(String) },
    });
  });

  test('ends with the sign-out', async () => {
    const { cookie } = await createTestUser(platform, organization, 'member');
    expect((await postAuth(platform, '/sign-out', {}, { cookie })).status).toBe(200);
    expect(await authenticate(platform, new Headers({ cookie }))).toEqual({ kind: 'nobody' });
  });

  test('is nobody’s when the cookie was made up or changed', async () => {
    const { cookie: all } = await createTestUser(platform, organization, 'member');
    const cookie = all.split('; ').find((pair) => pair.includes('.session_token=')) ?? '';
    for (const forged of ['session=1', cookie.replace(/=./, '=!'), cookie.slice(0, -6)]) {
      expect(await authenticate(platform, new Headers({ cookie: forged })), forged).toEqual({ kind: 'nobody' });
    }
    expect(await authenticate(platform, new Headers())).toEqual({ kind: 'nobody' });
  });

  test('of another console on the same machine is left alone: each has cookies of its own', async () => {
    const neighbour = await createTestPlatform();
    const theirs = await createTestUser(neighbour, await createTestOrganization(neighbour), 'owner');
    const { id, cookie } = await createTestUser(platform, organization, 'owner');
    const headers = new Headers({ cookie: `${cookie}; ${theirs.cookie}` });
    expect(await authenticate(platform, headers)).toMatchObject({ id });
    expect(await authenticate(neighbour, headers)).toMatchObject({ id: theirs.id });
    expect(cookie.split('=')[0]).not.toBe(theirs.cookie.split('=')[0]);
    await neighbour.close();
  });
});

test('only the sign-in library’s own answer prolongs a session, so that its cookie goes along', async () => {
  const organization = await createTestOrganization(platform);
  const { id, cookie } = await createTestUser(platform, organization, 'member');
  const inTwoDays = new Date(Date.now() + 2 * 86_400_000);
  const session = () => platform.database.session.findFirstOrThrow({ where: { userId: id } });
  await platform.database.session.updateMany({ where: { userId: id }, data: { expiresAt: inTwoDays } });
  const headers = new Headers({ cookie, host: new URL(TEST_ORIGIN).host });
  expect(await authenticate(platform, headers)).toMatchObject({ kind: 'user', id });
  expect((await session()).expiresAt).toEqual(inTwoDays);
  const renewed = await handleAuth(platform, new Request(`${TEST_ORIGIN}/api/auth/get-session`, { headers }));
  expect(renewed.headers.getSetCookie().join()).toContain('session_token');
  expect((await session()).expiresAt.getTime()).toBeGreaterThan(inTwoDays.getTime());
});
