import { afterEach, describe, expect, test } from 'vitest';
import { setupRouter } from '#features/people/auth/router.ts';
import type { OpenPlatform } from '#platform/open-platform.ts';
import { createTestPlatform, signInAs } from '#testing/test-platform.ts';
import { createFirstAdmin } from './create-first-admin.ts';
import { ensureFirstAdmin } from './ensure-first-admin.ts';
import { ensureSetupToken, isSetUp, isSetupToken } from './set-up-token.ts';

const admin = { name: 'Ada', email: 'Ada@Example.com', password: 'correct horse battery' };

let platform: OpenPlatform;
afterEach(() => platform.close());

const people = async () =>
  (await platform.database.user.findMany({ include: { members: { include: { organization: true } } } })).map(
    ({ email, members }) => ({ email, members: members.map(({ role, organization }) => [role, organization.name]) }),
  );

/** As somebody who has not signed in. */
const visitor = () =>
  setupRouter.createCaller({
    platform,
    caller: { kind: 'nobody' },
    ip: '203.0.113.9',
    user_agent: 'Browser',
    host: 'localhost:3000',
  });

describe('the set-up page', () => {
  test('makes the first account, an owner who can sign in, with the token of the banner', async () => {
    platform = await createTestPlatform();
    expect(await visitor().status()).toEqual({ needed: true });
    const token = (await ensureSetupToken(platform)) ?? '';
    expect(await visitor().complete({ ...admin, token, organization_name: 'Acme & Söhne' })).toEqual({
      email: 'ada@example.com',
    });
    expect(await people()).toEqual([{ email: 'ada@example.com', members: [['owner', 'Acme & Söhne']] }]);
    expect(await platform.database.organization.findMany()).toMatchObject([{ slug: 'acme-sohne' }]);
    expect((await signInAs(platform, 'ADA@example.com', admin.password)).status).toBe(200);
    expect(await platform.database.auditLog.findMany({ orderBy: { id: 'asc' } })).toMatchObject([
      {
        action: 'installation.set_up',
        severity: 'security',
        target_name: 'ada@example.com',
        ip: '203.0.113.9',
        user_agent: 'Browser',
      },
      { action: 'session.started' },
    ]);
  });

  test('is closed after that, also to the right token', async () => {
    platform = await createTestPlatform();
    const token = (await ensureSetupToken(platform)) ?? '';
    await createFirstAdmin(platform, admin);
    expect(await visitor().status()).toEqual({ needed: false });
    expect(await ensureSetupToken(platform)).toBeNull();
    const again = { ...admin, email: 'eve@example.com', token, organization_name: 'Eve' };
    await expect(visitor().complete(again)).rejects.toMatchObject({ code: 'CONFLICT' });
    expect(await people()).toEqual([{ email: 'ada@example.com', members: [['owner', 'Honeyframe']] }]);
  });

  test('refuses every other token', async () => {
    platform = await createTestPlatform();
    const token = (await ensureSetupToken(platform)) ?? '';
    expect(token).toMatch(/^[\w-]{32}$/);
    expect(isSetupToken(platform, token)).toBe(true);
    const changed = `${token.startsWith('A') ? 'B' : 'A'}${token.slice(1)}`;
    for (const other of ['', changed, token.slice(1), `${token}A`, 'ä'.repeat(32), 'ä'.repeat(16)]) {
      expect(isSetupToken(platform, other), other).toBe(false);
      const refused = visitor().complete({ ...admin, token: other, organization_name: 'Acme' });
      await expect(refused, other).rejects.toMatchObject({ code: 'FORBIDDEN' });
    }
    expect(await isSetUp(platform)).toBe(false);
    expect(await people()).toEqual([]);
  });

  test('makes one account when two press the button at once', async () => {
    platform = await createTestPlatform();
    const both = await Promise.allSettled(
      ['ada@example.com', 'eve@example.com'].map((email) => createFirstAdmin(platform, { ...admin, email })),
    );
    expect(both.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    expect(both.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { code: 'CONFLICT' } });
    expect(await people()).toHaveLength(1);
    expect(await platform.database.organization.count()).toBe(1);
  });

  test('can be used again when it failed half-way', async () => {
    platform = await createTestPlatform();
    await platform.pool.query('alter table dataintel.audit_log rename to audit_log_away');
    await expect(createFirstAdmin(platform, admin)).rejects.toThrow();
    await platform.pool.query('alter table dataintel.audit_log_away rename to audit_log');
    expect(await isSetUp(platform)).toBe(false);
    expect(await people()).toEqual([]);
    await createFirstAdmin(platform, admin);
    expect(await people()).toHaveLength(1);
  });
});

describe('ADMIN_EMAIL and ADMIN_PASSWORD', () => {
  const env = { ADMIN_EMAIL: 'ada@example.com', ADMIN_PASSWORD: 'correct horse battery' };

  test('make the first account, whatever number of processes start', async () => {
    platform = await createTestPlatform(env);
    await Promise.all([1, 2, 3].map(() => ensureFirstAdmin(platform)));
    await ensureFirstAdmin(platform);
    expect(await people()).toEqual([{ email: 'ada@example.com', members: [['owner', 'Honeyframe']] }]);
    expect(await ensureSetupToken(platform)).toBeNull();
    expect((await signInAs(platform, env.ADMIN_EMAIL, env.ADMIN_PASSWORD)).status).toBe(200);
  });

  test('change nothing once somebody has set the console up', async () => {
    platform = await createTestPlatform({ ...env, ADMIN_EMAIL: 'eve@example.com' });
    await createFirstAdmin(platform, admin);
    await ensureFirstAdmin(platform);
    expect(await people()).toEqual([{ email: 'ada@example.com', members: [['owner', 'Honeyframe']] }]);
  });
});
