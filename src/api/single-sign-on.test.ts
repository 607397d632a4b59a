import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { authenticate } from '#features/auth/authenticate.ts';
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

  test('opens the account that has confirmed the same address, and no account that has not', async () => {
    const person = await createTestUser(platform, organization, 'admin');
    people.set('theirs', { email: person.email, name: 'Somebody' });
    expect(await callerOf((await signIn('theirs')).answer)).toMatchObject({ id: person.id, role: 'admin' });
    const squatter = await createTestUser(platform, organization, 'member');
    await platform.database.user.update({ where: { id: squatter.id }, data: { emailVerified: false } });
    people.set('victim', { email: squatter.email, name: 'The right one' });
    expect((await signIn('victim')).location).toMatch(/error=account_not_linked/);
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

  test('keeps the provider’s tokens encrypted', async () => {
    const login = known('acme.example');
    await signIn(login);
    const account = await platform.database.account.findFirstOrThrow({ where: { user: { email: emailOf(login) } } });
    expect(account.accountId).toBe(login);
    expect(account.accessToken).not.toMatch(/^[\w-]{43}$/);
  });

  test('counts as the second factor that an organization requires', async () => {
    const login = known('acme.example');
    await signIn(login);
    await platform.database.organization.update({ where: { id: organization.id }, data: { requireTwoFactor: true } });
    expect(await callerOf((await signIn(login)).answer)).toMatchObject({ lacks_two_factor: false });
    await platform.database.organization.update({ where: { id: organization.id }, data: { requireTwoFactor: false } });
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
      message: 'Nobody signs in with a password here: use Acme Login.',
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
