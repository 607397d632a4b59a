import { z } from 'zod';
import { authOf } from '#features/auth/auth.ts';
import { checkSite } from '#features/auth/check-origin.ts';
import { TooManyTries, takeSignInTry } from '#features/auth/limit-sign-in.ts';
import { Refusal } from '#platform/refusal.ts';
import type { Platform } from '#platform/scope.ts';
import { originOf } from './context.ts';
import { readJsonObject } from './read-body.ts';
import { errorResponse } from './rest.ts';

/** What the console uses of the sign-in library. Everything else would bypass our roles and the audit log. */
const OPEN = new Set(['POST /sign-in/email', 'POST /sign-out', 'GET /get-session', 'POST /reset-password']);

/** Serves the sign-in library's own routes, with our limit on tries to sign in. */
export async function handleAuth(platform: Platform, request: Request): Promise<Response> {
  const { pathname } = new URL(request.url);
  const route = `${request.method} ${pathname.replace('/api/auth', '')}`;
  if (!OPEN.has(route))
    return errorResponse(platform, new Refusal('NOT_FOUND', `There is no ${pathname} here: sign in at /sign-in.`));
  try {
    checkSite(request.headers, platform.config.publicUrl);
    const known = await withClient(platform, request);
    return route === 'POST /sign-in/email' ? await signIn(platform, known) : await authOf(platform).handler(known);
  } catch (error) {
    const wait: Record<string, string> =
      error instanceof TooManyTries ? { 'retry-after': String(error.retryAfterSeconds) } : {};
    return errorResponse(platform, error, wait);
  }
}

/** The request with the client's address in the one header that the library reads, whatever the client wrote there. */
async function withClient(platform: Platform, request: Request): Promise<Request> {
  const headers = new Headers(request.headers);
  const { ip } = originOf(platform, request.headers);
  if (ip) headers.set('x-honeyframe-client', ip);
  else headers.delete('x-honeyframe-client');
  const body = request.method === 'POST' ? JSON.stringify(await readJsonObject(request)) : null;
  headers.delete('content-length');
  return new Request(request.url, { method: request.method, headers, body });
}

const signInBody = z.object({ email: z.string().max(200), password: z.string() });

async function signIn(platform: Platform, request: Request): Promise<Response> {
  const given = signInBody.safeParse(await request.clone().json());
  if (!given.success) throw new Refusal('BAD_REQUEST', 'Give an e-mail address and a password.');
  const attempt = await takeSignInTry(platform, given.data.email, originOf(platform, request.headers).ip);
  const response = await authOf(platform).handler(request);
  if (response.ok) await attempt.succeeded();
  return response;
}
