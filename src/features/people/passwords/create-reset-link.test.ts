import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { authenticate } from '#features/people/auth/authenticate.ts';
import { setAddress } from '#features/people/auth/set-address.ts';
import type { OpenPlatform } from '#platform/open-platform.ts';
import { inTransaction } from '#platform/postgres/transaction.ts';
import {
  cookieOf,
  createTestOrganization,
  createTestPlatform,
  createTestUser,
  postAuth,
  signInAs,
  type TestOrganization,
} from '#testing/test-platform.ts';
import { until } from '#testing/until.ts';
import { createResetLink } from './create-reset-link.ts';

const actor = { type: 'system', id: 'cli', name: 'Command line' } as const;

let platform: OpenPlatform;
let organization: TestOrganization;
beforeAll(async () => {
  platform = await createTestPlatform();
  organization = await createTestOrganization(platform);
});
afterAll(() => platform.close());

const tokenOf = (link: string) => new URL(link, 'http://localhost').searchParams.get('token') ?? '';
const reset = (token: string, newPassword: string) => postAuth(platform, '/reset-password', { token, newPassword });

describe('a reset link', () => {
  test('lets its owner choose a new password once, and ends the other sessions', async () => {
    const user = await createTestUser(platform, organization, 'member');
    const link = await createResetLink(platform, user.email.toUpperCase(), actor);
    expect(link).toMatch(/^\/reset-password\?token=[\w-]{32}$/);
    expect((await reset(tokenOf(link), 'a new password of mine')).status).toBe(200);

    expect((await signInAs(platform, user.email, user.password)).status).toBe(401);
    const signedIn = await signInAs(platform, user.email, 'a new password of mine');
    expect(await authenticate(platform, new Headers({ cookie: user.cookie }))).toEqual({ kind: 'nobody' });
    expect(await authenticate(platform, new Headers({ cookie: cookieOf(signedIn) }))).toMatchObject({ id: user.id });

    const again = await reset(tokenOf(link), 'another password of mine');
    expect(again.status).toBe(400);
    expect(await again.json()).toMatchObject({ code: 'INVALID_TOKEN' });
    expect((await signInAs(platform, user.email, 'another password of mine')).status).toBe(401);
  });

  test('that is used leaves a row of the audit log, without the password', async () => {
    const user = await createTestUser(platform, organization, 'member');
    const token = tokenOf(await createResetLink(platform, user.email, actor));
    expect((await reset(token, 'a new password of mine')).status).toBe(200);
    expect(
      await platform.database.auditLog.findMany({ where: { target_id: user.id, action: 'user.password_changed' } }),
    ).toMatchObject([
      {
        organization_id: organization.id,
        actor_id: user.id,
        target_name: user.email,
        severity: 'security',
        details: {},
      },
    ]);
  });

  test('stays good when the new password is too short', async () => {
    const user = await createTestUser(platform, organization, 'member');
    const token = tokenOf(await createResetLink(platform, user.email, actor));
    expect((await reset(token, 'short')).status).toBe(400);
    expect((await reset(token, 'x'.repeat(129))).status).toBe(400);
    expect((await reset(token, 'a new password of mine')).status).toBe(200);
  });

  test('is good for 24 hours', async () => {
    const user = await createTestUser(platform, organization, 'member');
    const token = tokenOf(await createResetLink(platform, user.email, actor));
    const { id, expiresAt } = await platform.database.verification.findFirstOrThrow({ where: { value: user.id } });
    expect(Math.round((expiresAt.getTime() - Date.now()) / 3_600_000)).toBe(24);
    await platform.database.verification.update({ where: { id }, data: { expiresAt: new Date(Date.now() - 1) } });
    expect((await reset(token, 'a new password of mine')).status).toBe(400);
    expect(await authenticate(platform, new Headers({ cookie: user.cookie }))).toMatchObject({ id: user.id });
  });

  test('stands in no table in a form that could be used', async () => {
    const user = await createTestUser(platform, organization, 'member');
    const token = tokenOf(await createResetLink(platform, user.email, actor));
    const { rows } = await platform.pool.query('select verification::text as text from verification');
    expect(rows.length).toBeGreaterThan(0);
    expect(JSON.stringify(rows)).not.toContain(token);
    const stored = await platform.database.verification.findFirstOrThrow({ where: { value: user.id } });
    expect((await reset(stored.identifier, 'a new password of mine')).status).toBe(400);
    expect((await reset(stored.identifier.replace('reset-password:', ''), 'a new password of mine')).status).toBe(400);
  });

  test('is noted in the audit log of the person’s organization, without its token', async () => {
    const user = await createTestUser(platform, organization, 'member');
    const token = tokenOf(await createResetLink(platform, user.email, actor));
    const noted = await platform.database.auditLog.findFirstOrThrow({
      where: { target_id: user.id, action: 'user.reset_link_created' },
    });
    expect(noted).toMatchObject({
      organization_id: organization.id,
      severity: 'security',
      actor_type: 'system',
    });
    expect(JSON.stringify(noted)).not.toContain(token);
  });

  test('is not made for the old address of an account whose address changes at the same time', async () => {
    const user = await createTestUser(platform, organization, 'member');
    const email = `new-${user.email}`;
    const [isChanged, mayCommit] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const change = inTransaction(platform.database, async (tx) => {
      await setAddress(tx, user.id, { email, confirmed: true });
      isChanged.resolve();
      await mayCommit.promise;
    });
    await isChanged.promise;
    const refused = createResetLink(platform, user.email, actor, 'mail').catch((error: unknown) => error);
    await until('the link waits for the change', async () => {
      const { rowCount } = await platform.pool.query(
        `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
      );
      return rowCount === 1;
    });
    mayCommit.resolve();
    await change;
    expect(await refused).toMatchObject({ code: 'NOT_FOUND' });
    expect(await platform.database.verification.count({ where: { userId: user.id } })).toBe(0);
  });

  test('is not made for an address that nobody has', async () => {
    await expect(createResetLink(platform, 'nobody@example.com', actor)).rejects.toMatchObject({
      code: 'NOT_FOUND',
      message: 'No account has the e-mail address nobody@example.com. Check its spelling.',
    });
  });
});

test('a made-up token changes nobody’s password', async () => {
  for (const token of ['', 'abc', 'reset-password:'])
    expect((await reset(token, 'a new password of mine')).status).toBe(400);
});
