import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { ssoFailure } from '#features/people/auth/pages/sign-in.tsx';
import type { OpenPlatform } from '#platform/open-platform.ts';
import { signInAtProvider, startOidcProvider } from '#testing/oidc-provider.ts';
import {
  cookieOf,
  createTestOrganization,
  createTestPlatform,
  createTestUser,
  postAuth,
  TEST_ORIGIN,
  type TestOrganization,
  uniqueName,
} from '#testing/test-platform.ts';
import { handleAuth } from './auth.ts';

type Claims = Parameters<typeof startOidcProvider>[0] extends ReadonlyMap<string, infer Person> ? Person : never;
type Settings = 'plain' | 'trusting' | 'mapping' | 'both' | 'userinfo';

const people = new Map<string, Claims>();
const NAMES = 'email, preferred_username, upn, emails';
const SETTINGS: Record<Settings, Record<string, string>> = {
  plain: {},
  trusting: { OIDC_TRUST_EMAIL: 'on' },
  mapping: { OIDC_EMAIL_CLAIM: NAMES },
  both: { OIDC_TRUST_EMAIL: 'on', OIDC_EMAIL_CLAIM: NAMES },
  // The claims are in the userinfo alone there.
  userinfo: { OIDC_TRUST_EMAIL: 'on', OIDC_EMAIL_CLAIM: NAMES },
};

type Console = { platform: OpenPlatform; organization: TestOrganization };
const consoles = new Map<Settings, Console>();
const providers: Awaited<ReturnType<typeof startOidcProvider>>[] = [];
beforeAll(async () => {
  const inToken = await startOidcProvider(people);
  const inUserinfo = await startOidcProvider(people, { claimsIn: 'userinfo' });
  providers.push(inToken, inUserinfo);
  for (const [name, settings] of Object.entries(SETTINGS) as [Settings, Record<string, string>][]) {
    const { env } = name === 'userinfo' ? inUserinfo : inToken;
    const platform = await createTestPlatform({ ...env, OIDC_DOMAINS: 'acme.example=acme', ...settings });
    const organization = await createTestOrganization(platform);
    await platform.database.organization.update({ where: { id: organization.id }, data: { slug: 'acme' } });
    consoles.set(name, { platform, organization });
  }
}, 120_000);
afterAll(async () => {
  for (const { platform } of consoles.values()) await platform.close();
  for (const provider of providers) await provider[Symbol.asyncDispose]();
});

function consoleOf(name: Settings): Console {
  const found = consoles.get(name);
  if (!found) throw new Error(`No console has the settings ${name}.`);
  return found;
}

/** Signs somebody in whom the provider knows by these claims. @returns where that leads, without what only the library adds. */
async function signIn({ platform }: Console, claims: Claims, login = uniqueName('login').replace(' ', '-')) {
  people.set(login, claims);
  const begun = await postAuth(platform, '/sign-in/social', { callbackURL: '/webhooks' });
  const { url } = z.object({ url: z.string() }).parse(await begun.json());
  const back = await signInAtProvider(url, login);
  const answer = await handleAuth(
    platform,
    new Request(back.replace(/^https?:\/\/[^/]+/, TEST_ORIGIN), {
      headers: { host: new URL(TEST_ORIGIN).host, cookie: cookieOf(begun), 'sec-fetch-site': 'cross-site' },
    }),
  );
  const location = answer.headers.get('location') ?? '';
  return /[?&]error=(\w+)/.exec(location)?.[1] ?? location;
}

const rowsOf = async ({ platform: { database } }: Console, email: string) => ({
  users: await database.user.findMany({ where: { email }, select: { email: true, emailVerified: true } }),
  members: await database.member.findMany({ where: { user: { email } }, select: { organizationId: true, role: true } }),
});
const NOBODY = { users: [], members: [] };

let count = 0;
/** Puts an address of its own for `@` into claims. */
function withAddress(claims: Record<string, unknown>, domain = 'acme.example') {
  count += 1;
  const email = `entra${count}@${domain}`;
  const text = JSON.stringify(claims).replaceAll('"@"', `"${email}"`).replaceAll('"@UP"', `"${email.toUpperCase()}"`);
  return { email, claims: { ...(JSON.parse(text) as Record<string, unknown>), name: 'Grace Hopper' } };
}

const ENTRA = { email: '@', preferred_username: '@', email_verified: null };
const NO_EMAIL = { preferred_username: '@', email_verified: null };

describe('an address lets its person in', () => {
  test.each<[string, Settings, Record<string, unknown>]>([
    ['that the provider verified', 'plain', { email: '@' }],
    ['that the provider verified, as a text', 'plain', { email: '@', email_verified: 'true' }],
    ['that the provider verified, in capitals', 'plain', { email: '@UP' }],
    ['whose domain Entra ID verified (xms_edov)', 'plain', { ...ENTRA, xms_edov: true }],
    ['whose domain Entra ID verified, as a text', 'plain', { ...ENTRA, xms_edov: '1' }],
    ['of Entra ID, trusted', 'trusting', ENTRA],
    ['of Entra ID in capitals, trusted', 'trusting', { ...ENTRA, email: '@UP' }],
    ['that is a user name (preferred_username), trusted', 'both', NO_EMAIL],
    ['that is a user name in capitals, trusted', 'both', { preferred_username: '@UP', email_verified: null }],
    ['that is a UPN, trusted', 'both', { preferred_username: 'grace', upn: '@', email_verified: null }],
    ['that is in a list (emails of B2C), trusted', 'both', { emails: ['@'], email_verified: null }],
    ['that is a user name and the verified email, too', 'mapping', { email: '@', preferred_username: 'grace' }],
    ['in the userinfo that the provider verified', 'userinfo', { email: '@' }],
    ['in the userinfo without email_verified, trusted', 'userinfo', ENTRA],
    ['in the userinfo that is a user name, trusted', 'userinfo', NO_EMAIL],
  ])('%s', async (_, settings, given) => {
    const at = consoleOf(settings);
    const { email, claims } = withAddress(given);
    expect(await signIn(at, claims)).toBe('/webhooks');
    expect(await rowsOf(at, email)).toEqual({
      users: [{ email, emailVerified: true }],
      members: [{ organizationId: at.organization.id, role: 'member' }],
    });
  });
});

describe('an address lets nobody in, and makes no account,', () => {
  test.each<[string, Settings, Record<string, unknown>, string]>([
    ['of Entra ID, by default', 'plain', ENTRA, 'email_not_verified'],
    ['that is a user name, by default', 'plain', NO_EMAIL, 'email_not_found'],
    ['that is a user name, only named', 'mapping', NO_EMAIL, 'email_not_verified'],
    [
      'that is a user name beside another verified email',
      'mapping',
      { email: 'grace', preferred_username: '@' },
      'email_not_verified',
    ],
    ['that is a user name, trusted but not named', 'trusting', NO_EMAIL, 'email_not_found'],
    ['that is in a list, by default', 'plain', { emails: ['@'] }, 'email_not_found'],
    [
      'that the provider did not verify, trusted',
      'trusting',
      { email: '@', email_verified: false },
      'email_not_verified',
    ],
    [
      'that the provider did not verify, as a text',
      'trusting',
      { email: '@', email_verified: 'false' },
      'email_not_verified',
    ],
    ['whose domain Entra ID did not verify, trusted', 'trusting', { ...ENTRA, xms_edov: false }, 'email_not_verified'],
    [
      'with an email_verified that is no yes',
      'trusting',
      { email: '@', email_verified: 'perhaps' },
      'email_not_verified',
    ],
    [
      'that is a user name without an email, not verified',
      'both',
      { preferred_username: '@', email_verified: false },
      'email_not_verified',
    ],
    [
      'in the userinfo that the provider did not verify, trusted',
      'userinfo',
      { email: '@', email_verified: false },
      'email_not_verified',
    ],
  ])('%s', async (_, settings, given, error) => {
    const at = consoleOf(settings);
    const { email, claims } = withAddress(given);
    expect(await signIn(at, claims)).toBe(error);
    expect(await rowsOf(at, email)).toEqual(NOBODY);
  });

  test('of a domain that OIDC_DOMAINS does not name, trusted, though it is invited', async () => {
    const at = consoleOf('trusting');
    const { email, claims } = withAddress(ENTRA, 'elsewhere.example');
    const owner = await createTestUser(at.platform, at.organization, 'owner');
    await at.platform.database.invitation.create({
      data: {
        organizationId: at.organization.id,
        email,
        role: 'owner',
        status: 'pending',
        expiresAt: new Date(Date.now() + 86_400_000),
        inviterId: owner.id,
      },
    });
    expect(await signIn(at, claims)).toBe('email_not_verified');
    expect(await rowsOf(at, email)).toEqual(NOBODY);
  });
});

describe('an account that is there', () => {
  const links = (at: Console, userId: string) =>
    at.platform.database.account.findMany({
      where: { userId },
      select: { providerId: true },
      orderBy: { providerId: 'asc' },
    });

  test.each<[string, Settings, Record<string, unknown>, string]>([
    ['by default', 'plain', { email_verified: null }, 'account_not_linked'],
    ['when addresses are trusted', 'trusting', { email_verified: null }, 'account_has_password'],
    ['when user names are trusted', 'both', { email_verified: null, asUserName: true }, 'account_has_password'],
  ])('and has a password is not opened by an address that nobody verified, %s', async (_, settings, given, error) => {
    const at = consoleOf(settings);
    const victim = await createTestUser(at.platform, at.organization, 'owner');
    const email = `victim-${count}-${victim.id}@acme.example`;
    await at.platform.database.user.update({ where: { id: victim.id }, data: { email } });
    const { asUserName, ...claims } = given;
    expect(await signIn(at, { name: 'M', [asUserName ? 'preferred_username' : 'email']: email, ...claims })).toBe(
      error,
    );
    expect(await links(at, victim.id)).toEqual([{ providerId: 'credential' }]);
    expect(await at.platform.database.session.count({ where: { userId: victim.id } })).toBe(1);
  });

  test('and has a password is opened once the provider verifies the address (xms_edov), also where addresses are trusted', async () => {
    const at = consoleOf('trusting');
    const person = await createTestUser(at.platform, at.organization, 'member');
    const email = `person-${person.id}@acme.example`;
    await at.platform.database.user.update({ where: { id: person.id }, data: { email } });
    expect(await signIn(at, { name: 'P', email, email_verified: null, xms_edov: true })).toBe('/webhooks');
    expect(await links(at, person.id)).toEqual([{ providerId: 'oidc' }]);
  });

  test('and has no password is opened by a trusted address, and by no second identity', async () => {
    const at = consoleOf('trusting');
    const person = await createTestUser(at.platform, at.organization, 'member');
    const email = `sso-${person.id}@acme.example`;
    await at.platform.database.user.update({ where: { id: person.id }, data: { email } });
    await at.platform.database.account.deleteMany({ where: { userId: person.id } });
    const claims = { name: 'P', email, email_verified: null };
    expect(await signIn(at, claims, 'first')).toBe('/webhooks');
    expect(await signIn(at, claims, 'first')).toBe('/webhooks');
    expect(await signIn(at, claims, 'second')).toBe('other_identity_linked');
    expect(await links(at, person.id)).toEqual([{ providerId: 'oidc' }]);
  });
});

describe('a sign-in that failed for the address', () => {
  test.each<[string, Settings, Record<string, unknown>, RegExp]>([
    ['that nobody verified', 'plain', ENTRA, /xms_edov.* set OIDC_TRUST_EMAIL=on/],
    ['that is in no claim', 'plain', NO_EMAIL, /OIDC_EMAIL_CLAIM, such as email,preferred_username,upn/],
    ['that is not verified', 'trusting', { email: '@', email_verified: false }, /must verify it there/],
  ])(
    '%s is told to whoever runs the console in the log, with the setting that helps and without the address',
    async (_, settings, given, words) => {
      const at = consoleOf(settings);
      const { email, claims } = withAddress(given);
      const warn = vi.spyOn(at.platform.log, 'warn');
      try {
        await signIn(at, claims);
        const line = warn.mock.calls.find(([, message]) => words.test(String(message)));
        expect(line?.[0]).toMatchObject({ part: 'sign-in', claims: expect.arrayContaining(['sub', 'name']) });
        expect(JSON.stringify(warn.mock.calls)).not.toContain(email);
      } finally {
        warn.mockRestore();
      }
    },
  );

  test.each([
    ['email_not_verified', /does not say that your e-mail address is verified.*OIDC_TRUST_EMAIL/],
    ['account_not_linked', /does not say that your e-mail address is verified.*OIDC_TRUST_EMAIL/],
    ['email_not_found', /did not send your e-mail address.*OIDC_EMAIL_CLAIM/],
    ['account_has_password', /Sign in with your password.*email_verified/],
  ])('(%s) is told to the person, with what helps', (code, words) => {
    expect(ssoFailure(code)).toMatch(words);
  });
});
