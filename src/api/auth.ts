import { z } from 'zod';
import { authOf } from '#features/auth/auth.ts';
import { checkSite } from '#features/auth/check-origin.ts';
import { takeSignInTry } from '#features/auth/limit-sign-in.ts';
import { issuesOf } from '#platform/error-body.ts';
import { invalid, Refusal } from '#platform/refusal.ts';
import type { Platform } from '#platform/scope.ts';
import { originOf } from './context.ts';
import { parseJsonObject, readText } from './read-body.ts';
import { errorResponse } from './rest.ts';

/** Text that PostgreSQL can look up, as long as anything that we keep. */
const text = z
  .string()
  .max(200, 'Give at most 200 characters.')
  .regex(/^[^\0\p{Cs}]*$/u, 'Give it without control characters.');

/**
 * What the console uses of the sign-in library, and the fields it takes there: others of the library's, such as an address
 * to redirect to, are left out. Every other route would bypass our roles and the audit log.
 */
const OPEN = new Map<string, z.ZodObject>([
  ['POST /sign-in/email', z.object({ email: text, password: text })],
  ['POST /sign-out', z.object({})],
  ['GET /get-session', z.object({})],
  // The library looks whether the person is a member there.
  ['POST /organization/set-active', z.object({ organizationId: text })],
  ['POST /reset-password', z.object({ token: text, newPassword: text })],
]);

/** Serves the sign-in library's own routes, with our limit on tries to sign in. */
export async function handleAuth(platform: Platform, request: Request): Promise<Response> {
  const { pathname } = new URL(request.url);
  const route = `${request.method} ${pathname.replace('/api/auth', '')}`;
  const fields = OPEN.get(route);
  if (!fields)
    return errorResponse(platform, new Refusal('NOT_FOUND', `There is no ${pathname} here: sign in at /sign-in.`));
  try {
    checkSite(request.headers, platform.config.publicUrl);
    const known = await readKnown(platform, request, fields);
    const response =
      route === 'POST /sign-in/email' ? await signIn(platform, known) : await authOf(platform).handler(known);
    if (response.status >= 500) await explainFailure(platform, response.status);
    return response;
  } catch (error) {
    return errorResponse(platform, error);
  }
}

/** The library keeps to itself what failed. @throws the database's own error while it does not answer. */
async function explainFailure({ pool }: Platform, status: number): Promise<never> {
  await pool.query('select 1');
  throw new Error(`The sign-in library answered ${status}.`);
}

/**
 * The request with the fields that it may have, and the client's address in the one header that the library reads,
 * whatever the client wrote there.
 * @throws Refusal BAD_REQUEST for a field that is missing or no text
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

const emailOf = z.object({ email: z.string() });

async function signIn(platform: Platform, request: Request): Promise<Response> {
  const { email } = emailOf.parse(await request.clone().json());
  const attempt = await takeSignInTry(platform, email, originOf(platform, request.headers).ip);
  const response = await authOf(platform).handler(request);
  if (response.ok) await attempt.succeeded();
  return response;
}
