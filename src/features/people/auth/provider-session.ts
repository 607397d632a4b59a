import { getOAuthState, getSessionFromCtx } from 'better-auth/api';
import { z } from 'zod';
import type { Platform } from '#platform/scope.ts';
import { OIDC } from './proofs.ts';
import { providerDocument } from './provider-document.ts';
import { claimsOf } from './provider-profile.ts';

type Context = Parameters<typeof getSessionFromCtx>[0];
type NewSession = { userId: string; authenticatedAt?: Date | null; activeOrganizationId?: string | null };

const claims = z.object({ auth_time: z.number().positive().optional() });
const metadata = z.object({ claims_supported: z.array(z.string()).optional() });
const active = z.object({
  activeOrganizationId: z
    .string()
    .nullish()
    .transform((id) => id ?? null),
});
const NEVER = new Date(0);

/**
 * The initial values of a session that is created by single sign-on. It is as fresh as the provider says, because a browser
 * that has been signed in there for a week doesn't prove who is using it now. If the same person already had a session, as
 * when they confirm their identity, they stay in their organization.
 */
export async function beginProviderSession(
  platform: Platform,
  session: NewSession,
  ctx: Context,
): Promise<Pick<NewSession, 'authenticatedAt' | 'activeOrganizationId'>> {
  const before = await getSessionFromCtx(ctx);
  return {
    authenticatedAt: await provenAt(platform, session.userId),
    ...(before?.user.id === session.userId && active.parse(before.session)),
  };
}

/** Ends the session that the new one replaces. */
export async function endReplacedSession(
  { database }: Platform,
  session: { id: string; userId: string },
  ctx: Context,
) {
  const before = await getSessionFromCtx(ctx);
  if (before?.user.id === session.userId && before.session.id !== session.id)
    await database.session.deleteMany({ where: { id: before.session.id } });
}

/**
 * When the person signed in at the provider: `auth_time` of the ID token that was just verified, which a provider must
 * send when it is asked for `max_age` (OpenID Connect Core §2, §3.1.3.7). The request goes through the browser, where
 * it can be changed, so only the response counts. The exception is a provider that doesn't support `auth_time` at all:
 * it is trusted if it was asked to have the person sign in.
 */
async function provenAt(platform: Platform, userId: string): Promise<Date> {
  const { database, config, log } = platform;
  const account = await database.account.findFirst({
    where: { userId, providerId: OIDC },
    orderBy: { updatedAt: 'desc' },
    select: { idToken: true },
  });
  const { auth_time } = claims.parse(claimsOf(account?.idToken));
  // If the provider's clock is ahead, the session must not stay fresh for longer.
  if (auth_time !== undefined) return new Date(Math.min(auth_time * 1000, Date.now()));
  const state: unknown = await getOAuthState();
  const wasAskedAgain = z.object({ again: z.literal(true) }).safeParse(state).success;
  if (!wasAskedAgain || !config.oidc) return NEVER;
  if (!(await namesAuthTime(platform, config.oidc.issuer))) return new Date();
  log.warn(
    { part: 'sign-in' },
    'The provider lists auth_time among its claims, but its ID token does not contain it, so people who use single sign-on cannot confirm their identity. In the provider’s registration of this console, add the claim auth_time to the ID token.',
  );
  return NEVER;
}

/** Whether the provider says that its tokens contain the time of the sign-in. If it doesn't answer, the result is true. */
async function namesAuthTime(platform: Platform, issuer: string): Promise<boolean> {
  const document = await providerDocument(platform, `${issuer}/.well-known/openid-configuration`);
  if (document === null) return true;
  const { claims_supported = [] } = metadata.parse(document);
  return claims_supported.includes('auth_time');
}
