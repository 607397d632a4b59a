import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createKeep } from '#platform/keep.ts';
import type { OpenPlatform } from '#platform/open-platform.ts';
import { openDatabase } from '#platform/postgres/database.ts';
import { closedPort } from '#testing/receivers.ts';
import {
  createTestOrganization,
  createTestPlatform,
  createTestUser,
  postAuth,
  signInAs,
  type TestUser,
} from '#testing/test-platform.ts';
import { authOf } from './auth.ts';
import { authenticate } from './authenticate.ts';

let platform: OpenPlatform;
let user: TestUser;
beforeAll(async () => {
  platform = await createTestPlatform();
  user = await createTestUser(platform, await createTestOrganization(platform), 'owner');
});
afterAll(() => platform.close());

const stranger = { name: 'Eve', email: 'eve@example.com', password: 'correct horse battery' };

describe('nobody signs up by themselves', () => {
  test('by the route, which is closed', async () => {
    expect((await postAuth(platform, '/sign-up/email', stranger)).status).toBe(404);
  });

  test('nor by the library itself', async () => {
    await expect(authOf(platform).api.signUpEmail({ body: stranger })).rejects.toThrow();
    expect(await platform.database.user.count({ where: { email: stranger.email } })).toBe(0);
  });

  test.each([
    '/update-user',
    '/change-password',
    '/delete-user',
    '/request-password-reset',
    '/organization/create',
    '/organization/invite-member',
    '/organization/update-member-role',
    '/sign-in/social',
    '/sign-in/email/',
    '/../auth/sign-up/email',
  ])('and %s is closed, which would pass by our roles', async (path) => {
    expect((await postAuth(platform, path, {}, { cookie: user.cookie })).status).toBe(404);
  });
});

describe('the cookie of a session', () => {
  const attributes = async (on: OpenPlatform, { email, password }: TestUser, headers: Record<string, string> = {}) =>
    (await signInAs(on, email, password, headers)).headers.getSetCookie().flatMap((line) => line.split('; ').slice(1));

  test('is for our pages alone, out of reach of scripts', async () => {
    expect(await attributes(platform, user)).toEqual(expect.arrayContaining(['HttpOnly', 'SameSite=Lax', 'Path=/']));
    expect(await attributes(platform, user)).not.toContain('Secure');
  });

  test('travels over https alone when people come by https', async () => {
    const behindTls = await createTestPlatform({ PUBLIC_URL: 'https://webhooks.example.com' });
    const origin = { origin: 'https://webhooks.example.com', host: 'webhooks.example.com' };
    const owner = await createTestUser(behindTls, await createTestOrganization(behindTls), 'owner', origin);
    expect(await attributes(behindTls, owner, origin)).toContain('Secure');
    expect((await signInAs(behindTls, owner.email, owner.password)).status).toBe(403);
    await behindTls.close();
  });
});

describe('a page of another site', () => {
  const evil = { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'cors' };

  test('signs nobody out', async () => {
    expect((await postAuth(platform, '/sign-out', {}, { ...evil, cookie: user.cookie })).status).toBe(403);
    expect(await authenticate(platform, new Headers({ cookie: user.cookie }))).toMatchObject({ id: user.id });
  });

  test('signs nobody in', async () => {
    const answer = await signInAs(platform, user.email, user.password, { ...evil, cookie: user.cookie });
    expect(answer.status).toBe(403);
    expect(answer.headers.getSetCookie()).toEqual([]);
    expect((await signInAs(platform, user.email, user.password, evil)).status).toBe(403);
  });
});

describe('who does not know the password', () => {
  test('learns nothing about whether the account is there', async () => {
    const wrong = await signInAs(platform, user.email, 'a wrong password');
    const unknown = await signInAs(platform, 'nobody@example.com', 'a wrong password');
    expect(wrong.status).toBe(401);
    expect(unknown.status).toBe(401);
    expect(await wrong.json()).toEqual(await unknown.json());
  });
});

describe('the routes of the library take', () => {
  test('no text that PostgreSQL cannot look up', async () => {
    const answers = [
      await postAuth(platform, '/reset-password', { token: '\u0000', newPassword: 'a new password of mine' }),
      await postAuth(platform, '/reset-password', { token: '\ud800', newPassword: 'a new password of mine' }),
      await signInAs(platform, `\u0000${user.email}`, user.password),
    ];
    for (const answer of answers) {
      expect(answer.status).toBe(400);
      expect(await answer.json()).toMatchObject({ code: 'VALIDATION', issues: [{ path: [expect.any(String)] }] });
    }
  });

  test('no address to redirect to', async () => {
    const body = { email: user.email, password: user.password, callbackURL: 'https://evil.example/' };
    const answer = await postAuth(platform, '/sign-in/email?callbackURL=https://evil.example/', body);
    expect([answer.status, answer.headers.get('location')]).toEqual([200, null]);
    expect(await answer.json()).toMatchObject({ redirect: false });
  });
});

test('while PostgreSQL does not answer, signing in is not a failure of ours but a matter of time', async () => {
  const gone = openDatabase(`postgresql://a:b@127.0.0.1:${await closedPort()}/c`);
  const away = { ...platform, database: gone.database, pool: gone.pool, keep: createKeep() };
  const answer = await signInAs(away, user.email, user.password);
  expect([answer.status, await answer.json()]).toEqual([503, expect.objectContaining({ code: 'UNAVAILABLE' })]);
  await gone.close();
});
