import { callTRPCProcedure, TRPCError } from '@trpc/server';
import { errorBody } from '#platform/error-body.ts';
import { Refusal } from '#platform/refusal.ts';
import type { Platform } from '#platform/scope.ts';
import { createContext } from './context.ts';
import { readJsonObject } from './read-body.ts';
import { refuseMethod } from './refuse-method.ts';
import { matchRoute, type RouteMatch } from './rest-routes.ts';
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
    const input = await readInput(matched, request, searchParams);
    const output = await callTRPCProcedure({
      router: appRouter,
      path: route.procedure,
      ctx,
      type: route.rest.method === 'GET' ? 'query' : 'mutation',
      getRawInput: () => Promise.resolve(route.input ? input : undefined),
      signal: request.signal,
      batchIndex: 0,
    });
    const status = route.rest.status ?? 200;
    const headers = { 'cache-control': 'no-store' };
    if (status === 204 || request.method === 'HEAD') return new Response(null, { status, headers });
    return Response.json(output, { status, headers });
  } catch (error) {
    return errorResponse(platform, error);
  }
}

/** The contract's answer to an error. */
export function errorResponse(
  { log }: Pick<Platform, 'log'>,
  error: unknown,
  headers: Record<string, string> = {},
): Response {
  const known = error instanceof TRPCError ? error : new TRPCError({ code: 'INTERNAL_SERVER_ERROR', cause: error });
  const { status, body } = errorBody(known);
  // What a procedure threw was logged beside the procedure's name.
  if (!(error instanceof TRPCError)) log.error({ err: error }, 'A request failed');
  const extra: Record<string, string> = status === 401 ? { 'www-authenticate': 'Bearer' } : {};
  return Response.json(body, { status, headers: { 'cache-control': 'no-store', ...extra, ...headers } });
}

async function readInput(
  { route, params }: RouteMatch,
  request: Request,
  query: URLSearchParams,
): Promise<Record<string, unknown>> {
  const bodiless = route.rest.method === 'GET' || route.rest.method === 'DELETE';
  const given = bodiless ? fromQuery(query) : await readJsonObject(request);
  for (const name of Object.keys(params)) {
    if (Object.hasOwn(given, name)) {
      throw new Refusal('BAD_REQUEST', `${name}: It stands in the path: leave it out here.`, [
        { path: [name], message: 'It stands in the path: leave it out here.' },
      ]);
    }
  }
  if (!bodiless && query.size > 0) {
    const [name = ''] = query.keys();
    throw new Refusal('BAD_REQUEST', `${name}: This route takes its fields in the body, none in the query.`, [
      { path: [name], message: 'This route takes its fields in the body, none in the query.' },
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
  const { status, body } = errorBody(new Refusal('NOT_FOUND', `There is no ${path} here: /api/docs lists every path.`));
  return Response.json(body, { status, headers: { 'cache-control': 'no-store' } });
}
