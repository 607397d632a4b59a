import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createResetLink } from '#features/people/passwords/create-reset-link.ts';
import { createLog } from '#platform/log-files/log.ts';
import { type OpenPlatform, openPlatform } from '#platform/open-platform.ts';
import { TooManyRequests } from '#platform/trpc/refusal.ts';
import { startMailServer } from '#testing/mail-server.ts';
import { callerOf } from '#testing/test-caller.ts';
import {
  cookieOf,
  createTestOrganization,
  createTestPlatform,
  createTestUser,
  postAuth,
  signInAs,
  type TestUser,
} from '#testing/test-platform.ts';
import { pruneIdentityThrottle } from './identity-throttle.ts';
import { type SignInTry, takeResetMail, takeSignInTry } from './limit-sign-in.ts';

/** Of an account that no other test tries at. */
let EMAIL: string;
beforeEach(() => {
  EMAIL = `${randomBytes(6).toString('hex')}@example.com`;
});

let platform: OpenPlatform;
beforeAll(async () => {
  platform = await createTestPlatform({ TRUST_PROXY: '1' });
});
afterAll(() => platform.close());

let used = 0;
/** An address that nobody has tried from. */
function freshAddress(): string {
  used += 1;
  return `203.0.113.${used}`;
}

async function take(times: number, address: string | null, email = EMAIL): Promise<SignInTry | undefined> {
  let last: SignInTry | undefined;
  for (let round = 0; round < times; round += 1) last = await takeSignInTry(platform, email, { ip: address });
  return last;
}

const points = async (key: string) =>
  (await platform.pool.query<{ points: number }>('select points from rate_limit where key = $1', [key])).rows[0]
    ?.points;

describe('attempts to sign in', () => {
  test('are five at an account from an address, then refused with the time to wait', async () => {
    const address = freshAddress();
    await take(5, address);
    const error = await take(1, address).catch((refusal: unknown) => refusal);
    expect(error).toBeInstanceOf(TooManyRequests);
    expect(error).toMatchObject({
      code: 'TOO_MANY_REQUESTS',
      message: 'Too many attempts to sign in. Try again in 15 minutes.',
    });
    expect((error as TooManyRequests).retryAfterSeconds).toBeGreaterThan(14 * 60);
  });

  test('of another address or at another account are counted apart', async () => {
    const address = freshAddress();
    await take(5, address);
    await take(1, address, 'grace@example.com');
    await take(1, freshAddress());
  });

  test('count for an account however its address is spelled', async () => {
    const address = freshAddress();
    await take(5, address, ` ${EMAIL.toUpperCase()}`);
    await expect(take(1, address)).rejects.toThrow(TooManyRequests);
  });

  test('count in PostgreSQL: another process knows of them, and so does the next start', async () => {
    const address = freshAddress();
    await take(5, address);
    const other = await openPlatform(platform.config, createLog('silent'), platform.config.databaseUrl ?? '');
    await expect(takeSignInTry(other, EMAIL, { ip: address })).rejects.toThrow(TooManyRequests);
    await other.close();
  });

  test('are not taken twice by those who try at the same time', async () => {
    const address = freshAddress();
    const tries = await Promise.allSettled(Array.from({ length: 20 }, () => take(1, address)));
    expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(5);
  });

  test('are possible again when the time is over, which is told to the minute', async () => {
    const address = freshAddress();
    await take(5, address);
    const expireIn = (ms: number) =>
      platform.pool.query('update rate_limit set expire = $1 where key like $2', [Date.now() + ms, `%${address}`]);
    await expireIn(50_000);
    await expect(take(1, address)).rejects.toThrow('Try again in 1 minute.');
    await expireIn(-1);
    await take(1, address);
  });

  test('start afresh with a right password', async () => {
    const address = freshAddress();
    await (await take(5, address))?.succeeded();
    await take(5, address);
    await expect(take(1, address)).rejects.toThrow(TooManyRequests);
  });

  test('are fifty from an address, at whatever accounts; those that succeed are not counted', async () => {
    const address = freshAddress();
    await (await take(1, address))?.succeeded();
    expect(await points(`sign_in_address:${address}`)).toBe(0);
    for (let index = 0; index < 50; index += 1) await take(1, address, `${index}@example.com`);
    await expect(take(1, address, 'one.more@example.com')).rejects.toThrow(TooManyRequests);
  });

  test('are one person’s in a whole IPv6 network of 64 bits', async () => {
    for (let index = 0; index < 50; index += 1) await take(1, `2001:db8:5:6::${index}`, `${index}@example.com`);
    await expect(take(1, '2001:db8:5:6:ffff::1')).rejects.toThrow(TooManyRequests);
    await take(1, '2001:db8:5:7::1');
  });

  test('are one site’s in a whole IPv6 network of 48 bits, whatever networks of 64 bits it takes', async () => {
    const network = (index: number) => `2001:db8:77:${index.toString(16)}::1`;
    for (let index = 0; index < 10; index += 1) await take(1, network(index), 'site@example.com');
    await expect(take(1, network(10), 'site@example.com')).rejects.toThrow('Try again in 15 minutes.');
    // The refused one was counted for the site, too.
    for (let index = 11; index < 150; index += 1) await take(1, network(index), `${index}@example.com`);
    await expect(take(1, network(150), 'other@example.com')).rejects.toThrow('Try again in 15 minutes.');
    await take(1, '2001:db8:78::1', 'other@example.com');
  });

  test('are counted for who has no address, too', async () => {
    for (let round = 0; round < 5; round += 1) await takeSignInTry(platform, EMAIL, { ip: null });
    await expect(takeSignInTry(platform, EMAIL, { ip: null })).rejects.toThrow(TooManyRequests);
  });

  test('are limited while PostgreSQL does not answer as well: each process counts for itself', async () => {
    const address = freshAddress();
    await platform.pool.query('alter table rate_limit rename to rate_limit_away');
    try {
      await take(5, address);
      await expect(take(1, address)).rejects.toThrow(TooManyRequests);
    } finally {
      await platform.pool.query('alter table rate_limit_away rename to rate_limit');
    }
  });
});

describe('the sign-in', () => {
  let user: TestUser;
  beforeAll(async () => {
    user = await createTestUser(platform, await createTestOrganization(platform), 'owner');
  });
  const signIn = (address: string, password = user.password) =>
    signInAs(platform, user.email, password, { 'x-forwarded-for': `198.51.100.1, ${address}, 10.0.0.1` });

  test('with a right password clears the account’s count', async () => {
    const address = freshAddress();
    await take(3, address, user.email);
    expect((await signIn(address, 'a wrong password')).status).toBe(401);
    expect(await points(`sign_in_account:${user.email}|${address}`)).toBe(4);
    expect((await signIn(address)).status).toBe(200);
    expect(await points(`sign_in_account:${user.email}|${address}`)).toBeUndefined();
  });

  test('is refused beyond the limit even with the right password, and says how long', async () => {
    const address = freshAddress();
    await take(5, address, user.email);
    const refused = await signIn(address);
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(14 * 60);
    expect(refused.headers.getSetCookie()).toEqual([]);
    expect(await refused.json()).toEqual({
      code: 'RATE_LIMITED',
      message: 'Too many attempts to sign in. Try again in 15 minutes.',
      issues: [],
    });
  });
});

describe('an account', () => {
  const later = (email: string) =>
    platform.pool.query('update identity_throttle set blocked_until = now() where key like $1', [`%${email}`]);

  test('takes ten wrong passwords from addresses that change, then one after each wait, which doubles up to an hour', async () => {
    for (let round = 0; round < 10; round += 1) await take(1, freshAddress());
    const waits = [];
    for (let round = 0; round < 8; round += 1) {
      const refused = await take(1, freshAddress()).catch((error: unknown) => error);
      waits.push(Math.ceil((refused as TooManyRequests).retryAfterSeconds / 60));
      await later(EMAIL);
      await take(1, freshAddress());
    }
    expect(waits).toEqual([1, 2, 4, 8, 16, 32, 60, 60]);
  });

  test('forgets wrong passwords after a day, and a chore removes them', async () => {
    for (let round = 0; round < 10; round += 1) await take(1, freshAddress());
    const age = (hours: number) =>
      platform.pool.query(
        "update identity_throttle set blocked_until = now(), last_failed_at = now() - $2 * interval '1 h' where key like $1",
        [`%${EMAIL}`, hours],
      );
    await age(25);
    for (let round = 0; round < 10; round += 1) await take(1, freshAddress());
    await expect(take(1, freshAddress())).rejects.toThrow(TooManyRequests);
    await age(25);
    expect(await pruneIdentityThrottle(platform)).toBe(1);
    expect(await pruneIdentityThrottle(platform)).toBe(0);
  });

  describe('that somebody guesses at from addresses that change', () => {
    let user: TestUser;
    const from = (address: string, cookie = '') => ({
      'x-forwarded-for': `${address}, 10.0.0.1`,
      ...(cookie && { cookie }),
    });
    const deviceOf = (cookie: string) => cookie.split('; ').find((pair) => pair.includes('.device=')) ?? '';
    const guess = async (times: number, headers: () => Record<string, string>) => {
      const statuses = [];
      for (let round = 0; round < times; round += 1)
        statuses.push((await signInAs(platform, user.email, `wrong ${round}`, headers())).status);
      return statuses;
    };
    beforeEach(async () => {
      user = await createTestUser(platform, await createTestOrganization(platform), 'owner', from(freshAddress()));
    });

    test('refuses them after ten, and lets its person in by every browser that they have signed in with', async () => {
      const statuses = await guess(20, () => from(freshAddress()));
      expect(statuses.filter((status) => status === 401)).toHaveLength(10);
      expect(statuses.slice(10)).toEqual(Array.from({ length: 10 }, () => 429));
      const unknown = await signInAs(platform, user.email, user.password, from(freshAddress()));
      expect(unknown.status).toBe(429);
      expect(await unknown.json()).toMatchObject({
        message: expect.stringContaining('use a browser that you have signed in with before, or reset your password'),
      });
      const known = await signInAs(platform, user.email, user.password, from(freshAddress(), deviceOf(user.cookie)));
      expect(known.status).toBe(200);
    });

    test('lets its person in by the link of a mail, in a browser that it does not know', async () => {
      await guess(11, () => from(freshAddress()));
      const actor = { type: 'system', id: 'sign-in', name: 'Sign-in' } as const;
      const link = await createResetLink(platform, user.email, actor);
      const token = link.split('token=')[1];
      const newPassword = `correct horse ${randomBytes(6).toString('hex')}`;
      const reset = await postAuth(platform, '/reset-password', { token, newPassword });
      const answer = await signInAs(platform, user.email, newPassword, from(freshAddress(), cookieOf(reset)));
      expect(answer.status).toBe(200);
    });

    test('counts a known browser’s wrong passwords too, and a cookie of another account, or a forged one, is none', async () => {
      const own = deviceOf(user.cookie);
      expect(await guess(6, () => from(freshAddress(), own))).toEqual([401, 401, 401, 401, 401, 429]);
      const stranger = await createTestUser(platform, await createTestOrganization(platform), 'owner');
      const [name, value = ''] = own.split('=');
      const [id] = value.split('.');
      for (const cookie of [deviceOf(stranger.cookie), `${name}=${id}.${'A'.repeat(22)}`, `${name}=${id}`])
        expect(await guess(4, () => from(freshAddress(), cookie))).not.toContain(200);
      const refused = await signInAs(
        platform,
        user.email,
        user.password,
        from(freshAddress(), deviceOf(stranger.cookie)),
      );
      expect(refused.status).toBe(429);
    });

    test('tells its person once, on the pages until they dismiss it, and the audit log', async () => {
      await guess(14, () => from(freshAddress()));
      const caller = await callerOf(platform, user.cookie);
      expect((await caller.session.get()).security_notices).toMatchObject([{ kind: 'passwords_guessed' }]);
      const rows = await platform.database.auditLog.findMany({
        where: { action: 'session.locked_out', target_name: user.email },
      });
      expect(rows).toMatchObject([{ severity: 'security' }]);
      await caller.account.dismissNotice({ kind: 'passwords_guessed' });
      expect((await caller.session.get()).security_notices).toEqual([]);
      expect(await platform.database.securityNotice.count({ where: { user_id: user.id } })).toBe(0);
    });
  });

  test('that somebody guesses at tells its person by mail, once, where a mail server is configured', async () => {
    await using server = await startMailServer();
    const mailing = await openPlatform(
      {
        ...platform.config,
        publicUrl: 'https://webhooks.example.com',
        smtp: { url: server.url, from: 'webhooks@example.com' },
      },
      createLog('silent'),
      platform.config.databaseUrl ?? '',
    );
    const { email } = await createTestUser(platform, await createTestOrganization(platform), 'member');
    for (let round = 0; round < 13; round += 1)
      await takeSignInTry(mailing, email, { ip: freshAddress() }).catch(() => undefined);
    await expect.poll(() => server.mails.length).toBe(1);
    expect(server.mails[0]).toMatchObject({
      to: [email],
      links: ['https://webhooks.example.com/settings/account'],
      source: expect.stringContaining('Subject: Someone is guessing the password of your account'),
    });
    await mailing.close();
  });

  test('is mailed five reset links in a window, whatever addresses they are asked for from', async () => {
    for (let round = 0; round < 5; round += 1) await takeResetMail(platform, EMAIL, freshAddress());
    await expect(takeResetMail(platform, EMAIL, freshAddress())).rejects.toThrow('open the link in the newest email');
    await takeResetMail(platform, 'somebody.else@example.com', freshAddress());
  });
});
