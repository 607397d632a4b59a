import { z } from 'zod';
import { isStorable, UNSTORABLE } from '#core/text/storable-text.ts';
import { auditSignIn } from '#features/people/auth/audit-sign-in.ts';
import { authOf } from '#features/people/auth/auth.ts';
import { checkSite } from '#features/people/auth/check-origin.ts';
import { endOvertakenSignIn, passwordToCheck } from '#features/people/auth/end-overtaken-sign-in.ts';
import { knownDeviceOf, rememberDevice } from '#features/people/auth/known-device.ts';
import { takeSignInTry } from '#features/people/auth/limit-sign-in.ts';
import { OIDC } from '#features/people/auth/proofs.ts';
import { assertMayDisableTwoFactor } from '#features/people/organization/two-factor-policy.ts';
import { assertPasswordsAreOn } from '#features/people/passwords/assert-passwords-are-on.ts';
import { findLink } from '#features/people/passwords/one-time-link.ts';
import { resetPassword } from '#features/people/passwords/reset-password.ts';
import { issuesOf } from '#platform/http/error-body.ts';
import type { Platform } from '#platform/scope.ts';
import { invalid, Refusal } from '#platform/trpc/refusal.ts';
import { originOf } from './context.ts';
import { parseJsonObject, readText } from './read-body.ts';
import { errorResponse } from './rest.ts';

/** Text that PostgreSQL can look up, as long as anything that we keep. */
const text = z.string().max(200, 'Must be at most 200 characters.').refine(isStorable, UNSTORABLE);

type Route = {
  fields: z.ZodObject;
  /** Whether it is there, where that depends. */
  isOpen?: (platform: Platform) => boolean;
  /** Whether pages of other sites lead here. */
  fromElsewhere?: true;
  /** Instead of the library alone. */
  serve?: (platform: Platform, request: Request) => Promise<Response>;
};

/**
 * What the console uses of the sign-in library, and the fields it takes there: others of the library's, such as an address
 * to redirect to, are left out. Every other route would bypass our roles and the audit log.
 */
const OPEN = new Map<string, Route>([
  ['POST /sign-in/email', { fields: z.object({ email: text, password: text }), serve: signIn }],
  [
    'POST /sign-in/social',
    {
      fields: z.object({ callbackURL: text, again: z.boolean().optional() }),
      serve: startSingleSignOn,
      isOpen: hasProvider,
    },
  ],
  // The provider sends the browser here; what the browser kept of the start proves that it began there.
  [`GET /callback/${OIDC}`, { fields: z.object({}), isOpen: hasProvider, fromElsewhere: true }],
  ['POST /sign-out', { fields: z.object({}) }],
  ['GET /get-session', { fields: z.object({}) }],
  // The library looks whether the person is a member there.
  ['POST /organization/set-active', { fields: z.object({ organizationId: text }) }],
  ['POST /reset-password', { fields: z.object({ token: text, newPassword: text }), serve: setNewPassword }],
  [
    'POST /two-factor/enable',
    { fields: z.object({ password: text }), serve: (platform, request) => withPassword(platform, request) },
  ],
  ['POST /two-factor/disable', { fields: z.object({ password: text }), serve: disableTwoFactor }],
  [
    'POST /two-factor/generate-backup-codes',
    { fields: z.object({ password: text }), serve: (platform, request) => withPassword(platform, request) },
  ],
  // The library ends a sign-in after five tries; guard-second-factor.ts counts them all.
  ['POST /two-factor/verify-totp', { fields: z.object({ code: text }), serve: verifyCode }],
  ['POST /two-factor/verify-backup-code', { fields: z.object({ code: text }), serve: verifyCode }],
]);

/** Serves the sign-in library's own routes, with our limit on attempts to sign in. */
export async function handleAuth(platform: Platform, request: Request): Promise<Response> {
  const { pathname } = new URL(request.url);
  const route = `${request.method} ${pathname.replace('/api/auth', '')}`;
  const open = OPEN.get(route);
  if (!open || open.isOpen?.(platform) === false)
    return errorResponse(
      platform,
      new Refusal('NOT_FOUND', `There is no ${pathname} here. Sign in at /sign-in.`),
      request,
    );
  try {
    if (!open.fromElsewhere) checkSite(request.headers, platform.config);
    const known = await readKnown(platform, request, open.fields);
    const response = await (open.serve ?? serveByLibrary)(platform, known);
    if (response.status >= 500) await explainFailure(platform, response.status);
    return response;
  } catch (error) {
    return errorResponse(platform, error, request);
  }
}

/** The library keeps to itself what failed. @throws the database's own error while it does not answer. */
async function explainFailure({ pool }: Platform, status: number): Promise<never> {
  await pool.query('select check_writes()');
  throw new Error(`The sign-in library answered ${status}.`);
}

/**
 * The request with the fields that it may have, and the client's address in the one header that the library reads,
 * whatever the client wrote there.
 * @throws Refusal VALIDATION for a field that is missing or no text
 */
async function readKnown(platform: Platform, request: Request, fields: z.ZodObject): Promise<Request> {
  const headers = new Headers(request.headers);
  const { ip } = originOf(platform, request.headers);
  if (ip) headers.set('x-honeyframe-client', ip);
  else headers.delete('x-honeyframe-client');
  headers.delete('content-length');
  if (request.method === 'GET') return new Request(request.url, { headers });
  const given = fields.safeParse(parseJsonObject(await readText(request)));
  if (!given.success) throw invalid(...given.error.issues.flatMap((issue) => issuesOf(issue)));
  const { origin, pathname } = new URL(request.url);
  return new Request(`${origin}${pathname}`, { method: 'POST', headers, body: JSON.stringify(given.data) });
}

function hasProvider({ config }: Platform): boolean {
  return config.oidc !== undefined;
}

function serveByLibrary(platform: Platform, request: Request): Promise<Response> {
  return authOf(platform).handler(request);
}

const readFields = async <Fields extends z.ZodObject>(request: Request, fields: Fields) =>
  fields.parse(await request.clone().json());

/** Without a person while the second factor is to come. */
const signedIn = z.object({ user: z.object({ email: z.string() }).optional() });

/** The answer, with the cookie that makes the browser known to the account. */
function rememberedIn(platform: Platform, request: Request, response: Response, email: string): Response {
  const headers = new Headers(response.headers);
  headers.append('set-cookie', rememberDevice(platform, request.headers, email));
  return new Response(response.body, { status: response.status, headers });
}

async function verifyCode(platform: Platform, request: Request): Promise<Response> {
  const response = await serveByLibrary(platform, request);
  if (!response.ok) return response;
  const { user } = signedIn.parse(await response.clone().json());
  return user ? rememberedIn(platform, request, response, user.email) : response;
}

async function signIn(platform: Platform, request: Request): Promise<Response> {
  assertPasswordsAreOn(platform);
  const { email } = await readFields(request, z.object({ email: z.string() }));
  const { ip, user_agent } = originOf(platform, request.headers);
  const attempt = await takeSignInTry(platform, email, { ip, device: knownDeviceOf(platform, request.headers, email) });
  const checked = await passwordToCheck(platform, email);
  const response = await serveByLibrary(platform, request);
  if (response.ok) {
    if (checked && (await endOvertakenSignIn(platform, checked, response)))
      throw new Refusal('UNAUTHENTICATED', 'The password of this account was just changed. Sign in with the new one.');
    await attempt.succeeded();
    const { user } = signedIn.parse(await response.clone().json());
    return user ? rememberedIn(platform, request, response, user.email) : response;
  }
  if (response.status === 401) await auditSignIn(platform, 'session.sign_in_failed', { email, ip, user_agent });
  return response;
}

const NOWHERE = 'http://console.invalid';

/** Leads to the provider, and back to a page of this console alone. */
async function startSingleSignOn(platform: Platform, request: Request): Promise<Response> {
  const { callbackURL, again } = await readFields(
    request,
    z.object({ callbackURL: z.string(), again: z.boolean().optional() }),
  );
  const url = callbackURL.startsWith('/') ? URL.parse(callbackURL, NOWHERE) : null;
  // As a browser reads it: it takes tabs out, a backslash for a slash, and `/.//host` for `//host`.
  if (url?.origin !== NOWHERE || url.pathname.startsWith('//'))
    throw invalid({ path: ['callbackURL'], message: 'Must be a path of this console.' });
  const body = JSON.stringify({
    provider: OIDC,
    callbackURL: url.pathname + url.search,
    errorCallbackURL: '/sign-in',
    ...(again && (await asking(platform, request))),
  });
  return serveByLibrary(platform, new Request(request.url, { method: 'POST', headers: request.headers, body }));
}

/** Has the provider make the person sign in there again, and say when they did (OpenID Connect Core §3.1.2.1). */
async function asking(platform: Platform, { headers }: Request) {
  const session = await authOf(platform).api.getSession({ headers, query: { disableRefresh: true } });
  return {
    additionalParams: { max_age: '0', prompt: 'login' },
    additionalData: { again: true },
    ...(session && { loginHint: session.user.email }),
  };
}

/** What asks for the password again: a wrong one counts as a try to sign in. */
async function withPassword(
  platform: Platform,
  request: Request,
  check?: (platform: Platform, userId: string) => Promise<void>,
): Promise<Response> {
  const session = await authOf(platform).api.getSession({
    headers: request.headers,
    query: { disableRefresh: true },
  });
  if (!session) throw new Refusal('UNAUTHENTICATED', 'You are signed out. Sign in again.');
  await check?.(platform, session.user.id);
  const { ip } = originOf(platform, request.headers);
  const attempt = await takeSignInTry(platform, session.user.email, { ip, session_id: session.session.id });
  const response = await serveByLibrary(platform, request);
  const { code } = z.object({ code: z.string().optional() }).parse(await response.clone().json());
  if (code === 'INVALID_PASSWORD') throw invalid({ path: ['password'], message: 'This is not your password.' });
  await attempt.succeeded();
  return response;
}

function disableTwoFactor(platform: Platform, request: Request): Promise<Response> {
  return withPassword(platform, request, assertMayDisableTwoFactor);
}

/** Ours instead of the library's: what proved the person before ends in the same transaction. */
async function setNewPassword(platform: Platform, request: Request): Promise<Response> {
  const { token, newPassword } = await readFields(request, z.object({ token: z.string(), newPassword: z.string() }));
  const link = await findLink(platform, 'reset', token);
  const ended = await resetPassword(platform, { token, password: newPassword }, originOf(platform, request.headers));
  // Whoever was given the link is not to be kept out by those who guess at the account.
  if (ended && link) return rememberedIn(platform, request, Response.json({ status: true, ended }), link.user.email);
  const message = 'This link was already used or has expired. Request another one.';
  return Response.json({ code: 'INVALID_TOKEN', message }, { status: 400 });
}
