import { z } from 'zod';
import { findApiKey } from '#features/people/api-keys/find-api-key.ts';
import type { Platform } from '#platform/scope.ts';
import { type Caller, ROLES } from '#platform/trpc/procedure.ts';
import { Refusal } from '#platform/trpc/refusal.ts';
import { authOf } from './auth.ts';

const NOBODY: Caller = { kind: 'nobody' };
const storedRole = z.enum(ROLES);

/**
 * Who sent a request with these headers: an API key (`Authorization: Bearer` or `x-api-key`) before a session cookie.
 * @throws Refusal UNAUTHENTICATED for a key that is unknown, revoked or expired; it never falls back to the cookie.
 */
export async function authenticate(platform: Platform, headers: Headers): Promise<Caller> {
  const key = bearer(headers.get('authorization')) ?? headers.get('x-api-key');
  if (key !== null) return apiKeyCaller(platform, key);
  return headers.has('cookie') ? sessionCaller(platform, headers) : NOBODY;
}

function bearer(authorization: string | null): string | null {
  if (authorization === null) return null;
  const [, token] = /^Bearer +(\S+)$/i.exec(authorization) ?? [];
  if (token !== undefined) return token;
  throw new Refusal('UNAUTHENTICATED', 'The Authorization header is not of the form "Bearer <API key>".');
}

async function apiKeyCaller(platform: Platform, key: string): Promise<Caller> {
  const found = await findApiKey(platform, key);
  if (!found) throw new Refusal('UNAUTHENTICATED', 'This API key is invalid. Check that you copied the complete key.');
  if (found.revoked_at)
    throw new Refusal('UNAUTHENTICATED', `The API key ${found.name} was revoked. Create another one.`);
  if (found.expires_at && found.expires_at <= new Date()) {
    throw new Refusal('UNAUTHENTICATED', `The API key ${found.name} has expired. Create another one.`);
  }
  noteKeyUse(platform, found);
  const { id, name, organization_id, scopes } = found;
  return { kind: 'api_key', id, name, organization_id, scopes };
}

/** Stores the last use with a precision of one minute, which avoids a write for every call. */
function noteKeyUse({ database, failures }: Platform, key: { id: string; last_used_at: Date | null }): void {
  const now = new Date();
  const aMinuteAgo = new Date(now.getTime() - 60_000);
  if (key.last_used_at && key.last_used_at >= aMinuteAgo) return;
  key.last_used_at = now;
  database.apiKey
    .updateMany({
      where: { id: key.id, OR: [{ last_used_at: null }, { last_used_at: { lt: aMinuteAgo } }] },
      data: { last_used_at: now },
    })
    .catch((error: unknown) => failures.note(error, {}, 'The last use of an API key could not be recorded'));
}

async function sessionCaller(platform: Platform, headers: Headers): Promise<Caller> {
  // Not refreshed here, because a refresh has to set the cookie. Pages refresh through /api/auth/get-session.
  const session = await authOf(platform).api.getSession({ headers, query: { disableRefresh: true } });
  if (!session) return NOBODY;
  const { user } = session;
  noteUse(platform, session.session);
  const memberships = await platform.database.member.findMany({
    where: { userId: user.id },
    orderBy: { createdAt: 'asc' },
    include: { organization: { select: { requireTwoFactor: true } } },
  });
  const member =
    memberships.find(({ organizationId }) => organizationId === session.session.activeOrganizationId) ?? memberships[0];
  if (!member) return { kind: 'nobody', stranded: { id: user.id } };
  return {
    kind: 'user',
    id: user.id,
    name: user.name,
    email: user.email,
    organization_id: member.organizationId,
    role: storedRole.parse(member.role),
    session_id: session.session.id,
    authenticated_at: session.session.authenticatedAt ?? null,
    ...(member.organization.requireTwoFactor && {
      lacks_two_factor: !user.twoFactorEnabled && (await hasPassword(platform, user.id)),
    }),
  };
}

/** Stores the last use with a precision of five minutes, which avoids a write for every request. */
function noteUse({ database, failures }: Platform, { id, updatedAt }: { id: string; updatedAt: Date }): void {
  const now = new Date();
  const before = new Date(now.getTime() - 5 * 60_000);
  if (updatedAt >= before) return;
  database.session
    .updateMany({ where: { id, updatedAt: { lt: before } }, data: { updatedAt: now } })
    .catch((error: unknown) => failures.note(error, {}, 'The last use of a session could not be recorded'));
}

/** People who only sign in through the provider use its second factor. */
const hasPassword = async ({ database }: Platform, userId: string): Promise<boolean> =>
  (await database.account.count({ where: { userId, providerId: 'credential' } })) > 0;
