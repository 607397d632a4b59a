import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createLog } from '#platform/log.ts';
import { type OpenPlatform, openPlatform } from '#platform/open-platform.ts';
import { TooManyRequests } from '#platform/refusal.ts';
import {
  createTestOrganization,
  createTestPlatform,
  createTestUser,
  signInAs,
  type TestUser,
} from '#testing/test-platform.ts';
import { type SignInTry, takeSignInTry } from './limit-sign-in.ts';

const EMAIL = 'ada@example.com';

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

async function take(times: number, address: string, email = EMAIL): Promise<SignInTry | undefined> {
  let last: SignInTry | undefined;
  for (let round = 0; round < times; round += 1) last = await takeSignInTry(platform, email, address);
  return last;
}

const points = async (key: string) =>
  (await platform.pool.query<{ points: number }>('select points from rate_limit where key = $1', [key])).rows[0]
    ?.points;

describe('tries to sign in', () => {
  test('are five at an account from an address, then refused with the time to wait', async () => {
    const address = freshAddress();
    await take(5, address);
    const error = await take(1, address).catch((refusal: unknown) => refusal);
    expect(error).toBeInstanceOf(TooManyRequests);
    expect(error).toMatchObject({
      code: 'TOO_MANY_REQUESTS',
      message: 'Too many tries to sign in. Try again in 15 minutes.',
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
    await expect(takeSignInTry(other, EMAIL, address)).rejects.toThrow(TooManyRequests);
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

  test('are counted for who has no address, too', async () => {
    for (let round = 0; round < 5; round += 1) await takeSignInTry(platform, EMAIL, null);
    await expect(takeSignInTry(platform, EMAIL, null)).rejects.toThrow(TooManyRequests);
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
      message: 'Too many tries to sign in. Try again in 15 minutes.',
      issues: [],
    });
  });
});
