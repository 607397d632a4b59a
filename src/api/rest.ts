import { createHash } from 'node:crypto';
import { callTRPCProcedure, TRPCError } from '@trpc/server';
import { z } from 'zod';
import { keepExact, writeJson } from '#core/json/user-json.ts';
import { Download } from '#platform/http/download.ts';
import { errorBody, knownError } from '#platform/http/error-body.ts';
import type { Platform } from '#platform/scope.ts';
import { Refusal, TooManyRequests, Unavailable } from '#platform/trpc/refusal.ts';
import { askedOf, createContext } from './context.ts';
import { jsonResponse } from './json-response.ts';
import { parseJsonObject, readText } from './read-body.ts';
import { refuseMethod } from './refuse-method.ts';
import { headersOf, matchRoute, type RestRoute, type RouteMatch } from './rest-routes.ts';
import { appRouter } from './router.ts';

/**
 * The REST face: one handler that walks the router. Our own, because bridges from tRPC to OpenAPI refuse
 * discriminated unions.
 * @returns always an answer: what went wrong is the contract's error body.
 */
export async function handleRest(platform: Platform, request: Request): Promise<Response> {
  const { pathname, searchParams } = new URL(request.url);
  const matched = matchRoute(request.method, pathname);
  if ('allowed' in matched) return refuseRoute(request, pathname, matched.allowed);
  const { route } = matched;
  try {
    const ctx = await createContext(platform, request);
    const bodiless = route.rest.method === 'GET' || route.rest.method === 'DELETE';
    const body_text = bodiless ? '' : await readText(request, route.rest.maxBodyBytes);
    const given = bodiless ? fromQuery(searchParams) : keepExact(parseJsonObject(body_text), body_text);
    const input = inputOf(matched, withHeaders(route, given, request.headers), bodiless ? null : searchParams);
    const output = await callTRPCProcedure({
      router: appRouter,
      path: route.procedure,
      ctx: { ...ctx, face: 'rest', body_text },
      type: route.rest.method === 'GET' ? 'query' : 'mutation',
      getRawInput: () => Promise.resolve(input),
      signal: request.signal,
      batchIndex: 0,
    });
    const status = route.rest.status ?? 200;
    if (route.rest.etag) return versionedJson(request, output);
    const headers = { 'cache-control': 'no-store', ...(route.rest.versioned && entityTag(output)) };
    if (status === 204 || request.method === 'HEAD') return new Response(null, { status, headers });
    if (output instanceof Download)
      return output.toResponse((error) => {
        if (!request.signal.aborted) platform.failures.note(error, askedOf(request), 'A download was interrupted');
      });
    return jsonResponse(output, status, headers);
  } catch (error) {
    return errorResponse(platform, error, request);
  }
}

const versioned = z.object({ version: z.string() });

/** The tag that `If-Match` brings back (RFC 9110, section 13.1.1). */
const entityTag = (output: unknown) => ({ etag: `"${versioned.parse(output).version}"` });

/** The contract's answer to an error. */
export function errorResponse(
  { failures }: Pick<Platform, 'failures'>,
  error: unknown,
  request: Pick<Request, 'method' | 'url'>,
): Response {
  const known = knownError(error);
  const { status, body } = errorBody(known);
  // What a procedure threw was logged beside the procedure's name.
  if (!(error instanceof TRPCError)) failures.note(error, askedOf(request), 'A request failed');
  return jsonResponse(body, status, {
    'cache-control': 'no-store',
    ...waitHeaders(known),
    ...(status === 401 && { 'www-authenticate': 'Bearer' }),
  });
}

/** When to try again, where an error says so (RFC 9110, section 10.2.3). */
export const waitHeaders = (error: unknown): Record<string, string> =>
  error instanceof TooManyRequests || error instanceof Unavailable
    ? { 'retry-after': String(error.retryAfterSeconds) }
    : {};

/** @throws Refusal VALIDATION when header and body differ. */
function withHeaders(route: RestRoute, given: Record<string, unknown>, headers: Headers): Record<string, unknown> {
  const all = { ...given };
  for (const [header, field] of headersOf(route)) {
    const value = headers.get(header);
    if (value === null) continue;
    if (Object.hasOwn(given, field) && given[field] !== value) {
      const message = `The header ${header} and the body have different values. Send only one.`;
      throw new Refusal('VALIDATION', `${field}: ${message}`, [{ path: [field], message }]);
    }
    all[field] = value;
  }
  return all;
}

/** What the procedure is given: what came, and what stands in the path. */
function inputOf(
  { params }: RouteMatch,
  given: Record<string, unknown>,
  unusedQuery: URLSearchParams | null,
): Record<string, unknown> {
  for (const name of Object.keys(params)) {
    if (Object.hasOwn(given, name)) {
      throw new Refusal('VALIDATION', `${name}: This field is part of the path. Leave it out here.`, [
        { path: [name], message: 'This field is part of the path. Leave it out here.' },
      ]);
    }
  }
  if (unusedQuery && unusedQuery.size > 0) {
    const [name = ''] = unusedQuery.keys();
    throw new Refusal('VALIDATION', `${name}: This route accepts fields only in the body, not in the query.`, [
      { path: [name], message: 'This route accepts fields only in the body, not in the query.' },
    ]);
  }
  return { ...given, ...params };
}

/** A name that is given twice is a list. */
const fromQuery = (query: URLSearchParams) =>
  Object.fromEntries(
    [...new Set(query.keys())].map((name) => [
      name,
      query.getAll(name).length > 1 ? query.getAll(name) : query.get(name),
    ]),
  );

function refuseRoute(request: Request, path: string, allowed: string[]): Response {
  if (allowed.length > 0) return refuseMethod(...allowed)(request);
  const { status, body } = errorBody(new Refusal('NOT_FOUND', `There is no ${path} here. /api/docs lists every path.`));
  return jsonResponse(body, status, { 'cache-control': 'no-store' });
}

/**
 * A JSON answer that names its version (RFC 9110, sections 8.8.3 and 13.1.2): whoever sends that back in
 * `If-None-Match` is told 304 while it is the same. Nobody keeps it unasked: `no-cache` makes a cache ask again.
 */
function versionedJson(request: Request, output: unknown): Response {
  const text = writeJson(output);
  const etag = `"${createHash('sha256').update(text).digest('base64url').slice(0, 27)}"`;
  const headers = { etag, 'cache-control': 'private, no-cache', vary: 'authorization, x-api-key, cookie' };
  if (names(request.headers.get('if-none-match'), etag)) return new Response(null, { status: 304, headers });
  return new Response(request.method === 'HEAD' ? null : text, {
    headers: { ...headers, 'content-type': 'application/json' },
  });
}

/** The comparison is weak: a proxy that compresses makes a tag weak on the way. */
const names = (header: string | null, etag: string): boolean =>
  header?.split(',').some((one) => one.trim() === '*' || one.trim().replace(/^W\//, '') === etag) ?? false;
