import { createHmac } from 'node:crypto';
import { betterAuth } from 'better-auth';
import { prismaAdapter } from 'better-auth/adapters/prisma';
import { genericOAuth } from 'better-auth/plugins/generic-oauth';
import { organization } from 'better-auth/plugins/organization';
import { twoFactor } from 'better-auth/plugins/two-factor';
import type { Platform } from '#platform/scope.ts';
import { findWayIn, joinByProvider } from './join-by-provider.ts';
import { hashIdentifier } from './reset-identifier.ts';

/** What the sign-in library calls the provider of single sign-on. */
export const OIDC = 'oidc';

export const PASSWORD_LENGTH = { least: 12, most: 128 };

/**
 * The sign-in library, set up for a platform: e-mail and password, closed to sign-ups, organizations. Chosen because
 * it keeps everything in our own PostgreSQL and brings two-factor and OIDC when they are wanted.
 */
function createAuth(platform: Platform) {
  const { config, database, secrets, log } = platform;
  return betterAuth({
    appName: 'Honeyframe Webhooks',
    secret: secrets.authSecret,
    // Without PUBLIC_URL, whatever address the browser used: no mail and no redirect of ours carries it on.
    baseURL: config.publicUrl ?? { allowedHosts: ['*', '*:*'], fallback: 'http://localhost' },
    basePath: '/api/auth',
    database: prismaAdapter(database, { provider: 'postgresql', transaction: true }),
    emailAndPassword: {
      enabled: true,
      disableSignUp: true,
      minPasswordLength: PASSWORD_LENGTH.least,
      maxPasswordLength: PASSWORD_LENGTH.most,
      resetPasswordTokenExpiresIn: 24 * 60 * 60,
      revokeSessionsOnPasswordReset: true,
    },
    verification: { storeIdentifier: { hash: async (identifier) => hashIdentifier(identifier) } },
    plugins: [
      organization({ allowUserToCreateOrganization: false }),
      twoFactor({ issuer: 'Honeyframe Webhooks' }),
      genericOAuth({ config: config.oidc ? [providerOf(config.oidc)] : [] }),
    ],
    // An account is linked to a provider's identity only where both vouch for the address: the library's default.
    account: { encryptOAuthTokens: true },
    user: {
      async validateUserInfo({ user, source }) {
        if (source.action !== 'create-user' || source.method !== 'oauth') return undefined;
        if (!user.emailVerified) return { error: 'email_not_verified' };
        return (await findWayIn(platform, user.email ?? '')) ? undefined : { error: 'domain_not_allowed' };
      },
    },
    databaseHooks: {
      account: {
        create: {
          async after({ providerId, userId }) {
            if (providerId === OIDC) await joinByProvider(platform, userId);
          },
        },
      },
    },
    onAPIError: { errorURL: '/sign-in' },
    // Ours counts in PostgreSQL for all processes: see limit-sign-in.ts.
    rateLimit: { enabled: false },
    telemetry: { enabled: false },
    advanced: {
      cookiePrefix: `honeyframe-${cookieSuffix(secrets.authSecret)}`,
      // Ours is check-origin.ts. The library's trusts every host that is allowed, and whoever comes where NODE_ENV is test.
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

/** Discovery names the addresses, PKCE and a nonce bind the answer to the question, and its signature is checked. */
const providerOf = ({ issuer, clientId, clientSecret, name }: NonNullable<Platform['config']['oidc']>) => ({
  providerId: OIDC,
  name,
  discoveryUrl: `${issuer}/.well-known/openid-configuration`,
  clientId,
  clientSecret,
  scopes: ['openid', 'email', 'profile'],
  pkce: true,
  requireIdTokenVerification: true,
  mapProfileToUser: ({ name: called, email }: { name?: unknown; email?: unknown }) => ({
    name: typeof called === 'string' && called.trim() ? called.trim().slice(0, 80) : String(email).split('@', 1)[0],
  }),
});

/** Browsers send cookies to every port of a host: two consoles on one machine need names of their own. */
const cookieSuffix = (authSecret: string) =>
  createHmac('sha256', authSecret).update('cookie name').digest('hex').slice(0, 8);

type Auth = ReturnType<typeof createAuth>;

const made = new WeakMap<Platform, Auth>();

/** The platform's sign-in library, made at first use. */
export function authOf(platform: Platform): Auth {
  const auth = made.get(platform) ?? createAuth(platform);
  made.set(platform, auth);
  return auth;
}
