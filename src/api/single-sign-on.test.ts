import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { authenticate } from '#features/people/auth/authenticate.ts';
import type { OpenPlatform } from '#platform/open-platform.ts';
import { signInAtProvider, startOidcProvider } from '#testing/oidc-provider.ts';
import { callerOf as testCallerOf } from '#testing/test-caller.ts';
import {
  cookieOf,
  createTestOrganization,
  createTestPlatform,
  createTestUser,
  postAuth,
  signInAs,
  TEST_ORIGIN,
  type TestOrganization,
  uniqueName,
} from '#testing/test-platform.ts';
import { totpOf, totpSecretOf } from '#testing/totp.ts';
import { handleAuth } from './auth.ts';

const people = new Map<string, { email: string; name: string; email_verified?: boolean }>();
let provider: Awaited<ReturnType<typeof startOidcProvider>>;
let platform: OpenPlatform;
let organization: TestOrganization;
beforeAll(async () => {
  provider = await startOidcProvider(people);
  platform = await createTestPlatform({ ...provider.env, OIDC_DOMAINS: 'acme.example=acme' });
  organization = await createTestOrganization(platform);
  await platform.database.organization.update({ where: { id: organization.id }, data: { slug: 'acme' } });
});
afterAll(async () => {
  await platform.close();
  await provider[Symbol.asyncDispose]();
});
beforeEach(() => people.clear());

/** Somebody whom the provider knows. @returns their login there. */
function known(domain: string, given: { name?: string; email_verified?: boolean } = {}): string {
  const login = uniqueName('login').replace(' ', '-');
  people.set(login, { email: `${login}@${domain}`, name: 'Grace Hopper', ...given });
  return login;
}
const emailOf = (login: string) => people.get(login)?.email ?? '';

async function begin(on: OpenPlatform = platform): Promise<{ address: string; cookie: string }> {
  const answer = await postAuth(on, '/sign-in/social', { callbackURL: '/webhooks' });
  expect(answer.status).toBe(200);
  const { url } = z.object({ url: z.string() }).parse(await answer.json());
  return { address: url, cookie: cookieOf(answer) };
}

/** @returns where the browser is sent in the end, and what it sends along then. */
async function comeBack(location: string, cookie: string, on: OpenPlatform = platform) {
  const answer = await handleAuth(
    on,
    new Request(location.replace(/^https?:\/\/[^/]+/, TEST_ORIGIN), {
      headers: { host: new URL(TEST_ORIGIN).host, cookie, 'sec-fetch-site': 'cross-site' },
    }),
  );
  expect(answer.status).toBe(302);
  return { location: answer.headers.get('location'), cookies: answer.headers.getSetCookie().join('; '), answer };
}

async function signIn(login: string, on: OpenPlatform = platform) {
  const { address, cookie } = await begin(on);
  return comeBack(await signInAtProvider(address, login), cookie, on);
}

const callerOf = (answer: Response) => authenticate(platform, new Headers({ cookie: cookieOf(answer) }));
const membersOf = (email: string) =>
  platform.database.member.findMany({ where: { user: { email } }, select: { organizationId: true, role: true } });
const auditOf = async (id: string) =>
  (await platform.database.auditLog.findMany({ where: { organization_id: id } })).map(({ action }) => action);

describe('single sign-on', () => {
  test('begins with PKCE, a state and a nonce, at the address that discovery names', async () => {
    const { address } = await begin();
    const url = new URL(address);
    expect(url.origin).toBe(provider.issuer);
    expect(url.searchParams.get('code_challenge_method')).toBe('S256');
    for (const name of ['code_challenge', 'state', 'nonce']) expect(url.searchParams.get(name)).toMatch(/^[\w-]{20,}$/);
    expect(url.searchParams.get('redirect_uri')).toBe(`${TEST_ORIGIN}/api/auth/callback/oidc`);
  });

  test('makes an account for who has an address of a mapped domain, in its organization, with the default role', async () => {
    const login = known('acme.example');
    const { location, answer } = await signIn(login);
    expect(location).toBe('/webhooks');
    expect(await callerOf(answer)).toMatchObject({ email: emailOf(login), name: 'Grace Hopper', role: 'member' });
    expect(await membersOf(emailOf(login))).toEqual([{ organizationId: organization.id, role: 'member' }]);
    expect(await auditOf(organization.id)).toEqual(expect.arrayContaining(['member.joined']));
    const again = await signIn(login);
    expect(await callerOf(again.answer)).toMatchObject({ email: emailOf(login) });
    expect(await platform.database.user.count({ where: { email: emailOf(login) } })).toBe(1);
  });

  test('takes an invitation before the domain, with its role', async () => {
    const login = known('elsewhere.example');
    const owner = await createTestUser(platform, organization, 'owner');
    const call = await testCallerOf(platform, owner.cookie);
    await call.invitations.create({ email: emailOf(login), role: 'admin' });
    expect((await signIn(login)).location).toBe('/webhooks');
    expect(await membersOf(emailOf(login))).toEqual([{ organizationId: organization.id, role: 'admin' }]);
    expect((await call.invitations.list({})).items).toEqual([]);
  });

  test('lets nobody in who is neither invited nor of a mapped domain, and makes no account', async () => {
    const login = known('elsewhere.example');
    expect((await signIn(login)).location).toMatch(/^\/sign-in\?.*error=domain_not_allowed/);
    expect(await platform.database.user.count({ where: { email: emailOf(login) } })).toBe(0);
  });

  test('makes no account for an address that the provider does not vouch for', async () => {
    const login = known('acme.example', { email_verified: false });
    expect((await signIn(login)).location).toMatch(/error=email_not_verified/);
    expect(await platform.database.user.count({ where: { email: emailOf(login) } })).toBe(0);
  });

  test('opens the account with the same address, and ends what was set before, whoever set it', async () => {
    const home = await createTestOrganization(platform);
    const mallory = await createTestUser(platform, home, 'owner');
    const right = await createTestUser(platform, organization, 'owner');
    const email = emailOf(known('victim.example'));
    const call = await testCallerOf(platform, mallory.cookie);
    const { path } = await call.invitations.create({ email, role: 'member' });
    const token = new URL(path, TEST_ORIGIN).searchParams.get('token') ?? '';
    const password = 'a password of Mallory';
    await (await testCallerOf(platform, null)).invitations.accept({ token, name: 'The chief', password });
    const { id } = await platform.database.user.findUniqueOrThrow({ where: { email } });
    expect((await call.members.list({})).items.find((one) => one.email === email)).toMatchObject({
      email_confirmed: false,
    });
    const stolen = cookieOf(await signInAs(platform, email, password));

    const inviting = (await testCallerOf(platform, right.cookie)).invitations;
    const refused = inviting.create({ email, role: 'owner' });
    await expect(refused).rejects.toMatchObject({ code: 'CONFLICT', issues: [{ path: ['unconfirmed_ok'] }] });
    expect((await inviting.list({})).items).toEqual([]);
    expect(await inviting.create({ email, role: 'owner', unconfirmed_ok: true })).toMatchObject({
      account: 'unconfirmed',
    });
    const { answer, cookies } = await signIn(email.split('@', 1)[0] ?? '');
    expect(decodeURIComponent(cookies)).toContain('honeyframe-ended=Ended: 1 password, 1 session.');
    expect(await callerOf(answer)).toMatchObject({ id, role: 'owner', organization_id: organization.id });
    expect((await signInAs(platform, email, password)).status).toBe(401);
    expect(await authenticate(platform, new Headers({ cookie: stolen }))).toEqual({ kind: 'nobody' });
    const told = await platform.database.auditLog.findMany({ where: { action: 'user.access_ended', target_id: id } });
    expect(told).toMatchObject([
      { severity: 'security', details: { by: 'identity_linked', ended: { password: 1, session: 1 } } },
    ]);
    expect(await platform.database.user.findUniqueOrThrow({ where: { id } })).toMatchObject({ emailVerified: true });
  });

  test('that is linked for the first time ends a confirmed account’s password and second factor, too', async () => {
    const person = await createTestUser(platform, organization, 'admin');
    const { id: userId, password, cookie } = person;
    const enrolled = await (await postAuth(platform, '/two-factor/enable', { password }, { cookie })).json();
    await postAuth(platform, '/two-factor/verify-totp', { code: totpOf(totpSecretOf(enrolled.totpURI)) }, { cookie });
    people.set('theirs', { email: person.email, name: 'Somebody' });
    const { answer } = await signIn('theirs');
    expect(await callerOf(answer)).toMatchObject({ id: userId, role: 'admin' });
    expect(await platform.database.twoFactor.count({ where: { userId } })).toBe(0);
    expect(await platform.database.account.findMany({ where: { userId } })).toMatchObject([{ providerId: 'oidc' }]);
    // A later sign-in ends nothing.
    await signIn('theirs');
    expect(await callerOf(answer)).toMatchObject({ id: userId });
    const told = { where: { action: 'user.access_ended', target_id: userId } };
    expect(await platform.database.auditLog.count(told)).toBe(1);
  });

  test('ends what an admin’s link for a new password opened since', async () => {
    const login = known('acme.example');
    await signIn(login);
    const owner = await createTestUser(platform, organization, 'owner');
    const user = await platform.database.user.findUniqueOrThrow({
      where: { email: emailOf(login) },
      include: { members: true },
    });
    const { path } = await (await testCallerOf(platform, owner.cookie)).members.createResetLink({
      id: user.members[0]?.id ?? '',
    });
    const token = new URL(path, TEST_ORIGIN).searchParams.get('token');
    const newPassword = 'a password that an admin knows';
    expect((await postAuth(platform, '/reset-password', { token, newPassword })).status).toBe(200);
    const admins = cookieOf(await signInAs(platform, user.email, newPassword));
    const { answer } = await signIn(login);
    expect(await callerOf(answer)).toMatchObject({ id: user.id });
    expect(await authenticate(platform, new Headers({ cookie: admins }))).toEqual({ kind: 'nobody' });
    expect((await signInAs(platform, user.email, newPassword)).status).toBe(401);
  });

  test('leads a mapped domain to its organization, whoever else invites the address', async () => {
    const elsewhere = await createTestOrganization(platform);
    const { cookie } = await createTestUser(platform, elsewhere, 'owner');
    const login = known('acme.example');
    const { invitations } = await testCallerOf(platform, cookie);
    await invitations.create({ email: emailOf(login), role: 'owner' });
    const { answer } = await signIn(login);
    expect(await callerOf(answer)).toMatchObject({ organization_id: organization.id, role: 'member' });
    expect(await membersOf(emailOf(login))).toHaveLength(1);
    expect((await invitations.list({})).items).toMatchObject([{ email: emailOf(login) }]);
  });

  test('puts nobody into one of several organizations that invite them', async () => {
    const login = known('elsewhere.example');
    const paths: string[] = [];
    for (const home of [organization, await createTestOrganization(platform)]) {
      const { cookie } = await createTestUser(platform, home, 'owner');
      paths.push(
        (await (await testCallerOf(platform, cookie)).invitations.create({ email: emailOf(login), role: 'admin' }))
          .path,
      );
    }
    const { answer } = await signIn(login);
    expect(await callerOf(answer)).toMatchObject({ kind: 'nobody', stranded: {} });
    const token = new URL(paths[0] ?? '', TEST_ORIGIN).searchParams.get('token') ?? '';
    const person = await testCallerOf(platform, cookieOf(answer));
    expect(await person.invitations.open({ token })).toMatchObject({ account: 'signed_in' });
    await person.invitations.accept({ token });
    expect(await callerOf(answer)).toMatchObject({ organization_id: organization.id, role: 'admin' });
  });

  test('does not open an account to whom the provider gives its address later', async () => {
    const login = known('acme.example');
    await signIn(login);
    people.set('newcomer', { email: emailOf(login), name: 'A newcomer' });
    expect((await signIn('newcomer')).location).toMatch(/error=other_identity_linked/);
    const accounts = await platform.database.account.findMany({ where: { user: { email: emailOf(login) } } });
    expect(accounts).toMatchObject([{ accountId: login }]);
  });

  test('gives the account the address that the provider gives the person, unless another account has it', async () => {
    const login = known('acme.example');
    await signIn(login);
    const { id } = await platform.database.user.findUniqueOrThrow({ where: { email: emailOf(login) } });
    const renamed = `renamed-${emailOf(login)}`;
    people.set(login, { email: renamed, name: 'Grace Hopper' });
    expect(await callerOf((await signIn(login)).answer)).toMatchObject({ id, email: renamed });
    const other = await createTestUser(platform, organization, 'member');
    people.set(login, { email: other.email, name: 'Grace Hopper' });
    expect(await callerOf((await signIn(login)).answer)).toMatchObject({ id, email: renamed });
    expect(await platform.database.user.findUniqueOrThrow({ where: { id } })).toMatchObject({ emailVerified: false });
    expect(await authenticate(platform, new Headers({ cookie: other.cookie }))).toMatchObject({ id: other.id });
  });

  test('takes no address of other letters for one that it resembles in lower case', async () => {
    const person = await createTestUser(platform, organization, 'owner');
    const kelvin = `k${person.email}`;
    await platform.database.user.update({ where: { id: person.id }, data: { email: kelvin } });
    people.set('kelvin', { email: kelvin.replace('k', '\u212a'), name: 'Somebody' });
    expect((await signIn('kelvin')).location).toMatch(/error=/);
    expect(await platform.database.account.count({ where: { userId: person.id, providerId: 'oidc' } })).toBe(0);
  });

  test('does not bring back who was removed', async () => {
    const login = known('acme.example');
    await signIn(login);
    await platform.database.member.deleteMany({ where: { user: { email: emailOf(login) } } });
    const { answer } = await signIn(login);
    expect(await callerOf(answer)).toMatchObject({ kind: 'nobody', stranded: {} });
    expect(await membersOf(emailOf(login))).toEqual([]);
  });

  test('refuses an answer that this browser did not ask for', async () => {
    const { address } = await begin();
    const back = await signInAtProvider(address, known('acme.example'));
    const { location } = await comeBack(back, (await begin()).cookie);
    expect(location).toMatch(/error=/);
  });

  test('is not finished by who reads its start in the database: the state opens nothing without the cookie of the browser', async () => {
    const { address, cookie } = await begin();
    const state = new URL(address).searchParams.get('state') ?? '';
    expect(await platform.database.verification.count({ where: { value: { contains: state } } })).toBe(1);
    const login = known('acme.example');
    const back = await signInAtProvider(address, login);
    const carried = cookie.split('; ').find((part) => part.includes(state)) ?? '';
    const name = carried.slice(0, carried.indexOf('='));
    expect(name).toMatch(/state$/);
    const forged = `${name}=${encodeURIComponent(`${state}.${'A'.repeat(43)}=`)}`;
    for (const other of ['', `${name}=${state}`, forged]) {
      const { location, answer } = await comeBack(back, other);
      expect(location).toMatch(/error=/);
      expect(answer.headers.getSetCookie().join()).not.toMatch(/session/);
    }
    expect(await platform.database.user.count({ where: { email: emailOf(login) } })).toBe(0);
    expect((await comeBack(back, cookie)).location).toBe('/webhooks');
  });

  test('leads back to pages of this console alone', async () => {
    for (const callbackURL of [
      'https://evil.example',
      '//evil.example',
      '/\\evil.example',
      '/\t/evil.example',
      '/.//evil.example',
      'webhooks',
    ])
      expect((await postAuth(platform, '/sign-in/social', { callbackURL })).status).toBe(400);
  });

  test('leaves no token of the provider in the database: two claims that are read, without a signature', async () => {
    const login = known('acme.example');
    const stored = () =>
      platform.database.account.findFirstOrThrow({ where: { providerId: 'oidc', user: { email: emailOf(login) } } });
    const nothing = { accessToken: null, refreshToken: null, accessTokenExpiresAt: null, refreshTokenExpiresAt: null };
    // With the link, and again at a later sign-in.
    for (const turn of [1, 2]) {
      await signIn(login);
      const account = await stored();
      expect(account, `${turn}`).toMatchObject({ accountId: login, ...nothing });
      const [head, claims = '', signature] = account.idToken?.split('.') ?? [];
      expect([head, signature]).toEqual(['', '']);
      const read = Object.keys(JSON.parse(Buffer.from(claims, 'base64url').toString()));
      expect(['iss', 'auth_time']).toEqual(expect.arrayContaining(read));
      expect(read).toContain('iss');
    }
  });

  test('loses tokens that an earlier version stored: the migration leaves no signature', async () => {
    const login = known('acme.example');
    await signIn(login);
    const where = { providerId: 'oidc', user: { email: emailOf(login) } };
    const { id, idToken } = await platform.database.account.findFirstOrThrow({ where });
    const whole = `e30${idToken?.slice(0, -1)}.c2lnbmF0dXJl`;
    await platform.database.account.update({
      where: { id },
      data: { accessToken: 'access', refreshToken: 'refresh', idToken: whole },
    });
    const migration = readFileSync('prisma/migrations/20261130211500_drop_provider_tokens/migration.sql', 'utf8');
    await platform.pool.query(migration);
    expect(await platform.database.account.findFirst({ where })).toMatchObject({
      accessToken: null,
      refreshToken: null,
      idToken,
    });
  });

  test('counts as the second factor that an organization requires', async () => {
    const login = known('acme.example');
    await signIn(login);
    await platform.database.organization.update({ where: { id: organization.id }, data: { requireTwoFactor: true } });
    expect(await callerOf((await signIn(login)).answer)).toMatchObject({ lacks_two_factor: false });
    await platform.database.organization.update({ where: { id: organization.id }, data: { requireTwoFactor: false } });
  });
});

describe('the slug of an organization that OIDC_DOMAINS names', () => {
  test('is nobody’s to claim or to give up, so that no member decides where single sign-on leads', async () => {
    const own = await createTestPlatform({ ...provider.env, OIDC_DOMAINS: 'acme.example=acme,beta.example=beta' });
    const home = await createTestOrganization(own);
    await own.database.organization.update({ where: { id: home.id }, data: { slug: 'acme' } });
    const owner = await createTestUser(own, home, 'owner');
    const call = await testCallerOf(own, owner.cookie);
    const slugsOf = async () => (await own.database.organization.findMany()).map(({ slug }) => slug).sort();
    await expect(call.organization.update({ slug: 'other' })).rejects.toMatchObject({ code: 'CONFLICT' });
    const { id } = await call.organization.create({ name: 'Beta' });
    const slugs = await slugsOf();
    expect(slugs).toEqual(['acme', expect.stringMatching(/^beta-[0-9a-f]{6}$/)]);
    const there = await createTestUser(own, { id }, 'owner');
    const claim = (await testCallerOf(own, there.cookie)).organization.update({ slug: 'beta' });
    await expect(claim).rejects.toMatchObject({ code: 'CONFLICT', issues: [{ path: ['slug'] }] });
    expect(await slugsOf()).toEqual(slugs);
    people.set('of-beta', { email: 'of-beta@beta.example', name: 'Bea' });
    expect((await signIn('of-beta', own)).location).toMatch(/error=domain_not_allowed/);
    await call.organization.update({ name: 'Renamed' });
    await own.close();
  });

  test('is not needed where OIDC_DOMAINS names the id', async () => {
    const id = '01a22d86-fcf1-70cf-9dad-519ff8b672b0';
    const own = await createTestPlatform({ ...provider.env, OIDC_DOMAINS: `acme.example=${id}` });
    await own.database.organization.create({ data: { id, name: 'Acme', slug: 'whatever' } });
    people.set('ida', { email: 'ida@acme.example', name: 'Ida' });
    expect((await signIn('ida', own)).location).toBe('/webhooks');
    expect(await own.database.member.findMany()).toMatchObject([{ organizationId: id, role: 'member' }]);
    await own.close();
  });
});

describe('with PASSWORD_SIGN_IN off', () => {
  test('nobody signs in, gets a new password or makes an account with one', async () => {
    const own = await createTestPlatform({ ...provider.env, PASSWORD_SIGN_IN: 'off', OIDC_NAME: 'Acme Login' });
    const home = await createTestOrganization(own);
    const { id } = await own.database.user.create({
      data: { name: 'Ada', email: 'ada@acme.example', emailVerified: true },
    });
    await own.database.member.create({ data: { organizationId: home.id, userId: id, role: 'owner' } });
    const refused = await signInAs(own, 'ada@acme.example', 'correct horse battery');
    expect(await refused.json()).toMatchObject({
      code: 'FORBIDDEN',
      message: 'Signing in with a password is turned off. Use Acme Login.',
    });
    const reset = await postAuth(own, '/reset-password', { token: 'x', newPassword: 'a new password of mine' });
    expect(reset.status).toBe(403);
    const nobody = await testCallerOf(own, null);
    expect(await nobody.signIn.options()).toEqual({ password: false, mail: false, sso: 'Acme Login' });
    await expect(nobody.signIn.requestReset({ email: 'ada@acme.example' })).rejects.toMatchObject({
      code: 'FORBIDDEN',
    });
    people.set('ada', { email: 'ada@acme.example', name: 'Ada' });
    expect((await signIn('ada', own)).location).toBe('/webhooks');
    await own.close();
  });
});

describe('a session of single sign-on', () => {
  const NOT_FRESH = { code: 'FORBIDDEN', reason: 'session_not_fresh' };
  type Change = (parameters: URLSearchParams) => void;

  /** Without the cookies that the answer takes away. */
  const sessionOf = (answer: Response) =>
    cookieOf(answer)
      .split('; ')
      .find((pair) => pair.includes('.session_token=')) ?? '';

  /** Somebody who has signed in at a provider by a browser that keeps its cookies. */
  async function someone(at: typeof provider, on: OpenPlatform) {
    const login = known('acme.example');
    const jar = new Map<string, string>();
    const first = await begin(on);
    const { answer } = await comeBack(await signInAtProvider(first.address, login, jar), first.cookie, on);
    const session = { cookie: sessionOf(answer) };
    const { id } = await on.database.user.findUniqueOrThrow({ where: { email: emailOf(login) } });
    const invitedTo = await createTestOrganization(on);
    await on.database.member.create({ data: { organizationId: invitedTo.id, userId: id, role: 'owner' } });
    const set = await postAuth(on, '/organization/set-active', { organizationId: invitedTo.id }, session);
    expect(set.status).toBe(200);
    return {
      id,
      organization_id: invitedTo.id,
      createKey: async (cookie = session.cookie) =>
        (await testCallerOf(on, cookie)).apiKeys.create({ name: uniqueName('Key'), scopes: ['read'] }),
      /** Confirms at the provider. @param change what happens to the question in the browser on its way there */
      again: async (change: Change = () => undefined) => {
        const asked = await postAuth(
          on,
          '/sign-in/social',
          { callbackURL: '/identity-confirmed', again: true },
          session,
        );
        const { url } = z.object({ url: z.string() }).parse(await asked.json());
        expect(url.startsWith(at.issuer)).toBe(true);
        const address = new URL(url);
        expect(Object.fromEntries(address.searchParams)).toMatchObject({
          max_age: '0',
          prompt: 'login',
          login_hint: emailOf(login),
        });
        change(address.searchParams);
        const back = await signInAtProvider(address.href, login, jar);
        const { answer: confirmed } = await comeBack(back, `${session.cookie}; ${cookieOf(asked)}`, on);
        session.cookie = sessionOf(confirmed);
        return session.cookie;
      },
    };
  }

  test('is fresh once its person has signed in there again, stays in its organization, and takes the place of the old one', async () => {
    const { id, organization_id, createKey, again } = await someone(provider, platform);
    await expect(createKey()).rejects.toMatchObject(NOT_FRESH);
    const before = await platform.database.session.findMany({ where: { userId: id } });
    const cookie = await again();
    await createKey(cookie);
    expect(await platform.database.apiKey.count({ where: { organization_id } })).toBe(1);
    const after = await platform.database.session.findMany({ where: { userId: id } });
    expect(after).toHaveLength(1);
    expect(before.map((row) => row.id)).not.toContain(after[0]?.id);
  });

  test('is not fresh when the question was changed in the browser: what the provider answers counts', async () => {
    const { id, createKey, again } = await someone(provider, platform);
    const unasked = await again((parameters) => {
      parameters.delete('max_age');
      parameters.delete('prompt');
    });
    await expect(createKey(unasked)).rejects.toMatchObject(NOT_FRESH);
    const longAgo = Date.now();
    await again((parameters) => {
      parameters.set('max_age', '10000');
      parameters.delete('prompt');
    });
    const { authenticatedAt } = await platform.database.session.findFirstOrThrow({
      where: { userId: id },
      orderBy: { createdAt: 'desc' },
    });
    expect(authenticatedAt.getTime()).toBeGreaterThan(0);
    expect(authenticatedAt.getTime()).toBeLessThan(longAgo);
  });

  test('is fresh by the word of a provider that knows no auth_time, when it was asked to have its person sign in', async () => {
    await using silent = await startOidcProvider(people, { namesAuthTime: false });
    const beside = await createTestPlatform({ ...silent.env, OIDC_DOMAINS: 'acme.example=acme' });
    try {
      const acme = await createTestOrganization(beside);
      await beside.database.organization.update({ where: { id: acme.id }, data: { slug: 'acme' } });
      const { createKey, again } = await someone(silent, beside);
      await expect(createKey()).rejects.toMatchObject(NOT_FRESH);
      await createKey(await again((parameters) => parameters.delete('max_age')));
    } finally {
      await beside.close();
    }
  });

  test('offers its provider to confirm with, and neither password nor code', async () => {
    const { createKey, again } = await someone(provider, platform);
    await expect(createKey()).rejects.toMatchObject(NOT_FRESH);
    const caller = await testCallerOf(platform, await again());
    expect(await caller.account.proofs()).toEqual({ password: false, code: false, sso: platform.config.oidc?.name });
    await expect(caller.account.confirmIdentity({ password: 'anything' })).rejects.toMatchObject({
      code: 'BAD_REQUEST',
    });
  });
});
