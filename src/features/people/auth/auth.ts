import { betterAuth } from 'better-auth';
import { prismaAdapter } from 'better-auth/adapters/prisma';
import { genericOAuth } from 'better-auth/plugins/generic-oauth';
import { organization } from 'better-auth/plugins/organization';
import { twoFactor } from 'better-auth/plugins/two-factor';
import { ENDED_COOKIE, type Ended, endedSentence } from '#core/ended.ts';
import { hashIdentifier } from '#features/people/passwords/one-time-link.ts';
import type { Platform } from '#platform/scope.ts';
import { cookiePrefixOf } from './cookie-prefix.ts';
import { withoutTokens } from './drop-tokens.ts';
import { guardSecondFactor } from './guard-second-factor.ts';
import { hashSessionTokens } from './hash-session-tokens.ts';
import { findWayIn, joinByProvider, joinedWithIdentity } from './join-by-provider.ts';
import { OIDC } from './proofs.ts';
import { endBeforeLink, followProvider, hasOtherIdentity, hasPassword } from './prove-by-provider.ts';
import { providerProfile } from './provider-profile.ts';
import { beginProviderSession, endReplacedSession } from './provider-session.ts';
import type { AddressProof } from './read-identity.ts';

/** The route to which the provider sends the browser, as the library names it. */
const CALLBACK = '/callback/:id';

export const PASSWORD_LENGTH = { least: 12, most: 128 };

/**
 * The sign-in library, configured for a platform: e-mail and password without public sign-up, organizations, two-factor
 * authentication, and OpenID Connect. We chose it because it keeps everything in our own PostgreSQL.
 */
function createAuth(platform: Platform) {
  const { config, database, secrets, log } = platform;
  return betterAuth({
    appName: 'Honeyframe Webhooks',
    secret: secrets.authSecret,
    // Without PUBLIC_URL, this is the address that the browser used. No mail or redirect of ours contains it.
    baseURL: config.publicUrl ?? { allowedHosts: ['*', '*:*'], fallback: 'http://localhost' },
    basePath: '/api/auth',
    database: hashSessionTokens(prismaAdapter(database, { provider: 'postgresql', transaction: true })),
    emailAndPassword: {
      enabled: true,
      disableSignUp: true,
      minPasswordLength: PASSWORD_LENGTH.least,
      maxPasswordLength: PASSWORD_LENGTH.most,
    },
    verification: { storeIdentifier: { hash: async (identifier) => hashIdentifier(identifier) } },
    session: {
      // PostgreSQL gives it to a new session. The library's own freshness is a session's age, which nothing renews.
      additionalFields: { authenticatedAt: { type: 'date', input: false, required: false } },
    },
    plugins: [
      organization({ allowUserToCreateOrganization: false }),
      // Our own count is per known browser, so that nobody can lock others out: see guard-second-factor.ts. The
      // library's count is kept for the audit log.
      twoFactor({ issuer: 'Honeyframe Webhooks', accountLockout: { maxFailedAttempts: 1_000_000 } }),
      genericOAuth({ config: config.oidc ? [providerOf(platform, config.oidc)] : [] }),
    ],
    // The provider must vouch for the address, or a setting must trust it (docs/decisions/054). It doesn't matter whether
    // the account's own address is confirmed, because the first link ends what was set before.
    account: { encryptOAuthTokens: true, accountLinking: { requireLocalEmailVerified: false } },
    user: {
      async validateUserInfo({ user, source }, context) {
        if (source.method !== 'oauth') return undefined;
        const { id, email } = user;
        if (source.action === 'create-user') {
          if (!user.emailVerified) return { error: 'email_not_verified' };
          return (await findWayIn(platform, email ?? '')) ? undefined : { error: 'domain_not_allowed' };
        }
        if (!id || !email) return { error: 'email_not_found' };
        if (source.action === 'link-account') {
          if (await hasOtherIdentity(platform, id)) return { error: 'other_identity_linked' };
          return isVouchedFor(source) || !(await hasPassword(platform, id))
            ? undefined
            : { error: 'account_has_password' };
        }
        if (user.emailVerified) tellEnded(context, await followProvider(platform, { id, email }));
        return undefined;
      },
    },
    databaseHooks: {
      session: {
        create: {
          async before(session, ctx) {
            const activeOrganizationId = await joinedWithIdentity(platform, session.userId);
            const data = {
              ...(activeOrganizationId && { activeOrganizationId }),
              ...(ctx?.path === CALLBACK && (await beginProviderSession(platform, session, ctx))),
            };
            return Object.keys(data).length > 0 ? { data } : undefined;
          },
          async after(session, ctx) {
            if (ctx?.path === CALLBACK) await endReplacedSession(platform, session, ctx);
          },
        },
      },
      account: {
        create: {
          async before(account, context) {
            if (account.providerId === OIDC) tellEnded(context, await endBeforeLink(platform, account.userId));
            return { data: withoutTokens(account) };
          },
          async after({ providerId, userId }) {
            if (providerId === OIDC) await joinByProvider(platform, userId);
          },
        },
        update: {
          async before(account) {
            return { data: withoutTokens(account) };
          },
        },
      },
    },
    hooks: guardSecondFactor(platform),
    onAPIError: { errorURL: '/sign-in' },
    // Our own limit counts in PostgreSQL for all processes: see limit-sign-in.ts.
    rateLimit: { enabled: false },
    telemetry: { enabled: false },
    advanced: {
      cookiePrefix: cookiePrefixOf(platform),
      // Our own check is check-origin.ts. The library's trusts every host that is allowed, and every request if
      // NODE_ENV is test.
      disableCSRFCheck: true,
      disableOriginCheck: true,
      useSecureCookies: config.publicUrl?.startsWith('https:') ?? false,
      database: { generateId: false },
      ipAddress: { ipAddressHeaders: ['x-honeyframe-client'] },
    },
    logger: {
      level: 'warn',
      log: (level, message) => log[level === 'error' ? 'error' : 'warn']({ part: 'sign-in' }, message),
    },
  });
}

/** Whether the provider itself states that it has verified the address, and not only a setting of this console. */
const isVouchedFor = (source: { oauth?: { profile?: Record<string, unknown> } }): boolean =>
  source.oauth?.profile?.address_proof === ('claim' satisfies AddressProof);

type Answer = {
  setCookie(name: string, value: string, options: { path: string; maxAge: number; sameSite: 'lax' }): unknown;
};

/** The response to single sign-on is a redirect, so a cookie tells the next page what ended. */
function tellEnded(answer: Answer | null | undefined, ended: Ended): void {
  const sentence = endedSentence(ended);
  if (sentence) answer?.setCookie(ENDED_COOKIE, sentence, { path: '/', maxAge: 600, sameSite: 'lax' });
}

/** The endpoints come from discovery. PKCE and a nonce bind the response to the request, and its signature is verified. */
const providerOf = (platform: Platform, oidc: NonNullable<Platform['config']['oidc']>) => ({
  providerId: OIDC,
  name: oidc.name,
  discoveryUrl: `${oidc.issuer}/.well-known/openid-configuration`,
  clientId: oidc.clientId,
  clientSecret: oidc.clientSecret,
  scopes: ['openid', 'email', 'profile'],
  pkce: true,
  requireIdTokenVerification: true,
  getUserInfo: (tokens: Parameters<typeof providerProfile>[2]) => providerProfile(platform, oidc, tokens),
});

type Auth = ReturnType<typeof createAuth>;

/** Not a part of the platform, because its errors must have the classes of the caller's copy of our code (Next.js bundles its own). */
const made = new WeakMap<Platform, Auth>();

/** The platform's sign-in library, created when it is first used. */
export function authOf(platform: Platform): Auth {
  const auth = made.get(platform) ?? createAuth(platform);
  made.set(platform, auth);
  return auth;
}
