import { TRPCError } from '@trpc/server';
import { fetchRequestHandler } from '@trpc/server/adapters/fetch';
import { knownError } from '#platform/error-body.ts';
import type { Platform } from '#platform/scope.ts';
import { askedOf, createContext } from './context.ts';
import { readText } from './read-body.ts';
import { errorResponse, waitHeaders } from './rest.ts';
import { appRouter } from './router.ts';

/** The tRPC face, for the pages and for internal tools. */
export async function handleTrpc(platform: Platform, request: Request): Promise<Response> {
  try {
    return await fetchRequestHandler({
      endpoint: '/api/trpc',
      req: request.method === 'POST' ? await bounded(request) : request,
      router: appRouter,
      createContext: () =>
        createContext(platform, request).catch((error: unknown) => {
          if (!(error instanceof TRPCError)) platform.failures.note(error, askedOf(request), 'A request failed');
          throw knownError(error);
        }),
      maxBatchSize: 20,
      // Beside what tRPC says for streams: `no-transform`, without which an event waits to be compressed with others.
      responseMeta: ({ errors }) => ({ headers: { 'cache-control': 'no-store', ...waitHeaders(errors[0]) } }),
    });
  } catch (error) {
    return errorResponse(platform, error, request);
  }
}

/**
 * The request with its body read, up to the limit that REST has. The client of the pages sends nothing for a call without
 * input, which is no JSON.
 */
const bounded = async (request: Request) =>
  new Request(request.url, {
    method: 'POST',
    headers: request.headers,
    body: (await readText(request)) || 'null',
    signal: request.signal,
  });
