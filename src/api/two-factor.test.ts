import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { authenticate } from '#features/people/auth/authenticate.ts';
import type { OpenPlatform } from '#platform/open-platform.ts';
import { callerOf as testCallerOf } from '#testing/test-caller.ts';
import {
  cookieOf,
  createTestOrganization,
  createTestPlatform,
  createTestUser,
  postAuth,
  signInAs,
  type TestOrganization,
  type TestUser,
} from '#testing/test-platform.ts';
import { totpOf, totpSecretOf } from '#testing/totp.ts';

let platform: OpenPlatform;
let organization: TestOrganization;
let owner: TestUser;
beforeAll(async () => {
  platform = await createTestPlatform();
});
afterAll(() => platform.close());
beforeEach(async () => {
  await platform.pool.query('delete from rate_limit');
  organization = await createTestOrganization(platform);
  owner = await createTestUser(platform, organization, 'owner');
});

const enrolment = z.object({ totpURI: z.string(), backupCodes: z.array(z.string()) });
const callerOf = (cookie: string) => authenticate(platform, new Headers({ cookie }));
const as = (cookie: string) => testCallerOf(platform, cookie);
const post = (path: string, body: unknown, cookie: string) => postAuth(platform, path, body, { cookie });

/** @returns what the app and the paper know, and the cookie of the session that goes on. */
async function enable({ cookie, password }: TestUser) {
  const { totpURI, backupCodes } = enrolment.parse(
    await (await post('/two-factor/enable', { password }, cookie)).json(),
  );
  const secret = totpSecretOf(totpURI);
  const at = Date.now();
  const answer = await post('/two-factor/verify-totp', { code: totpOf(secret, at) }, cookie);
  expect(answer.status).toBe(200);
  return { secret, at, codes: backupCodes, cookie: cookieOf(answer) };
}

/** The code after the one that is shown now, which the clock of a device may be ahead by: the first was spent. */
const nextCode = (secret: string) => totpOf(secret, Date.now() + 30_000);

/** Gives the password, and tells the cookie that stands for a half of a sign-in. */
async function halfIn({ email, password }: TestUser, headers: Record<string, string> = {}): Promise<string> {
  const answer = await signInAs(platform, email, password, headers);
  expect(await answer.json()).toMatchObject({ twoFactorRedirect: true });
  const cookie = cookieOf(answer);
  expect(await callerOf(cookie)).toEqual({ kind: 'nobody' });
  return cookie;
}

const auditOf = async () =>
  (
    await platform.database.auditLog.findMany({
      where: { organization_id: organization.id, action: { not: 'session.started' } },
      orderBy: { id: 'asc' },
    })
  ).map(({ action, severity }) => `${action} ${severity}`);

describe('a second factor', () => {
  test('is on once its first code has been given, and a sign-in takes the password and a code then', async () => {
    const { password, cookie } = owner;
    await post('/two-factor/enable', { password }, cookie);
    expect((await signInAs(platform, owner.email, password)).status).toBe(200);
    expect(await (await as(cookie)).account.twoFactor()).toMatchObject({ enabled: false });
    const { secret, cookie: renewed } = await enable(owner);
    expect(await (await as(renewed)).account.twoFactor()).toMatchObject({ enabled: true, recovery_codes_left: 10 });
    const half = await halfIn(owner);
    const wrong = await post('/two-factor/verify-totp', { code: '000000' }, half);
    expect(wrong.status).toBe(401);
    const answer = await post('/two-factor/verify-totp', { code: nextCode(secret) }, half);
    expect(await callerOf(cookieOf(answer))).toMatchObject({ kind: 'user', id: owner.id });
    expect(await auditOf()).toEqual(['user.two_factor_enabled security', 'session.two_factor_failed security']);
  });

  test('takes each recovery code once', async () => {
    const { codes, cookie } = await enable(owner);
    const code = codes[0];
    const answer = await post('/two-factor/verify-backup-code', { code }, await halfIn(owner));
    expect(await callerOf(cookieOf(answer))).toMatchObject({ kind: 'user', id: owner.id });
    const again = await post('/two-factor/verify-backup-code', { code }, await halfIn(owner));
    expect(again.status).toBe(401);
    expect(await (await as(cookie)).account.twoFactor()).toMatchObject({ recovery_codes_left: 9 });
    expect(await auditOf()).toContain('user.recovery_codes_changed security');
  });

  test('gets new recovery codes from whoever knows the password, and the old ones end', async () => {
    const { codes, cookie } = await enable(owner);
    const body = { password: owner.password };
    const made = await (await post('/two-factor/generate-backup-codes', body, cookie)).json();
    const { backupCodes } = z.object({ backupCodes: z.array(z.string()) }).parse(made);
    const old = await post('/two-factor/verify-backup-code', { code: codes[0] }, await halfIn(owner));
    expect(old.status).toBe(401);
    const fresh = await post('/two-factor/verify-backup-code', { code: backupCodes[0] }, await halfIn(owner));
    expect(fresh.status).toBe(200);
  });

  test('takes each code once, also of two who bring it at the same time, and none that is older', async () => {
    // Steps are of 30 seconds: by the clock of now, one could begin in between.
    const { secret, at } = await enable(owner);
    const verify = async (code: string) => post('/two-factor/verify-totp', { code }, await halfIn(owner));
    const enrolled = await verify(totpOf(secret, at));
    expect([enrolled.status, await enrolled.json()]).toEqual([
      401,
      { code: 'CODE_ALREADY_USED', message: 'This code was already used. Wait for the next one.' },
    ]);
    const code = totpOf(secret, at + 30_000);
    const both = await Promise.all([verify(code), verify(code)]);
    expect(both.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 401]);
    expect((await verify(totpOf(secret, at))).status).toBe(401);
    expect(await platform.database.session.count({ where: { userId: owner.id } })).toBe(2);
  });

  test('ends a sign-in after five wrong codes, and takes no more of that client for a while', async () => {
    const { secret } = await enable(owner);
    const half = await halfIn(owner);
    for (let attempt = 0; attempt < 5; attempt += 1)
      expect((await post('/two-factor/verify-totp', { code: '000000' }, half)).status).toBe(401);
    const refused = await post('/two-factor/verify-totp', { code: nextCode(secret) }, half);
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(14 * 60);
    await platform.pool.query('delete from rate_limit');
    expect((await post('/two-factor/verify-totp', { code: nextCode(secret) }, half)).status).toBe(400);
  });

  test('takes ten wrong codes of all clients together, then waits, which its person is told, and which keep no known browser out', async () => {
    const { secret, codes, cookie } = await enable(owner);
    const device = cookie.split('; ').find((pair) => pair.includes('.device=')) ?? '';
    for (let round = 0; round < 2; round += 1) {
      const half = await halfIn(owner);
      for (let attempt = 0; attempt < 5; attempt += 1)
        expect((await post('/two-factor/verify-backup-code', { code: 'wrong' }, half)).status).toBe(401);
      await platform.pool.query('delete from rate_limit');
    }
    for (const [path, code] of [
      ['/two-factor/verify-totp', nextCode(secret)],
      ['/two-factor/verify-backup-code', codes[0]],
    ] as const) {
      const locked = await post(path, { code }, await halfIn(owner));
      expect(locked.status).toBe(429);
      expect(Math.ceil(Number(locked.headers.get('retry-after')) / 60)).toBe(1);
    }
    expect((await auditOf()).filter((row) => row === 'session.two_factor_locked security')).toHaveLength(1);
    const known = await halfIn(owner, { cookie: device });
    const answer = await post('/two-factor/verify-totp', { code: nextCode(secret) }, `${known}; ${device}`);
    expect(answer.status).toBe(200);
    const { session } = await as(cookieOf(answer));
    expect((await session.get()).security_notices).toMatchObject([{ kind: 'codes_guessed' }]);
  });

  test('is not to be guessed from an open session either', async () => {
    const { secret, cookie } = await enable(owner);
    for (let attempt = 0; attempt < 5; attempt += 1)
      expect((await post('/two-factor/verify-totp', { code: '000000' }, cookie)).status).toBe(401);
    const refused = await post('/two-factor/verify-totp', { code: nextCode(secret) }, cookie);
    expect(refused.status).toBe(429);
    const elsewhere = await post('/two-factor/verify-totp', { code: nextCode(secret) }, await halfIn(owner));
    expect(elsewhere.status).toBe(200);
  });

  test('is switched off by whoever knows the password; wrong ones are counted by session', async () => {
    const { cookie } = await enable(owner);
    for (let attempt = 0; attempt < 5; attempt += 1) {
      const wrong = await post('/two-factor/disable', { password: 'not this one' }, cookie);
      expect(await wrong.json()).toMatchObject({ code: 'VALIDATION', issues: [{ path: ['password'] }] });
    }
    expect((await post('/two-factor/disable', { password: owner.password }, cookie)).status).toBe(429);
    await platform.pool.query('delete from identity_throttle');
    const done = await post('/two-factor/disable', { password: owner.password }, cookie);
    expect(done.status).toBe(200);
    const next = await signInAs(platform, owner.email, owner.password);
    expect(await callerOf(cookieOf(next))).toMatchObject({ kind: 'user' });
    expect(await auditOf()).toContain('user.two_factor_disabled security');
  });

  test('keeps its secret and its codes encrypted', async () => {
    const { secret, codes } = await enable(owner);
    const rows = JSON.stringify(await platform.database.twoFactor.findMany());
    for (const text of [secret, ...codes]) expect(rows).not.toContain(text);
  });
});

describe('an organization that requires a second factor', () => {
  async function required() {
    const { cookie, ...rest } = await enable(owner);
    await (await as(cookie)).organization.update({ require_two_factor: true });
    return { cookie, ...rest };
  }

  test('is an owner’s to make, who has one', async () => {
    const admin = await createTestUser(platform, organization, 'admin');
    for (const { cookie } of [admin, owner])
      await expect((await as(cookie)).organization.update({ require_two_factor: true })).rejects.toMatchObject({
        code: 'FORBIDDEN',
      });
    await required();
    expect(await auditOf()).toContain('organization.updated security');
  });

  test('opens nothing but their account to who has none, until they have', async () => {
    const member = await createTestUser(platform, organization, 'member');
    await required();
    const call = await as(member.cookie);
    await expect(call.connectors.list({})).rejects.toMatchObject({ code: 'FORBIDDEN', message: /two-factor/ });
    expect(await call.session.get()).toMatchObject({ lacks_two_factor: true });
    expect(await call.account.twoFactor()).toMatchObject({ enabled: false });
    const { cookie } = await enable(member);
    expect((await (await as(cookie)).connectors.list({})).items).toEqual([]);
  });

  test('closes no other organization of theirs', async () => {
    await required();
    const elsewhere = await createTestOrganization(platform);
    const member = await createTestUser(platform, elsewhere, 'member');
    await platform.database.member.create({
      data: { organizationId: organization.id, userId: member.id, role: 'member' },
    });
    expect((await (await as(member.cookie)).connectors.list({})).items).toEqual([]);
    await post('/organization/set-active', { organizationId: organization.id }, member.cookie);
    await expect((await as(member.cookie)).connectors.list({})).rejects.toMatchObject({ code: 'FORBIDDEN' });
  });

  test('keeps it on while they are in', async () => {
    const { cookie } = await required();
    const refused = await post('/two-factor/disable', { password: owner.password }, cookie);
    expect(await refused.json()).toMatchObject({
      code: 'FORBIDDEN',
      message: expect.stringContaining(organization.name),
    });
  });
});
