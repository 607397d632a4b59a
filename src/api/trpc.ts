import { TRPCError } from '@trpc/server';
import { fetchRequestHandler } from '@trpc/server/adapters/fetch';
import { knownError } from '#platform/http/error-body.ts';
import type { Platform } from '#platform/scope.ts';
import { askedOf, createContext } from './context.ts';
import { readText } from './read-body.ts';
import { errorResponse, waitHeaders } from './rest.ts';
import { appRouter } from './router.ts';

/** The tRPC face, for the pages and for internal tools. */
export async function handleTrpc(platform: Platform, request: Request): Promise<Response> {
  try {
    const { searchParams } = new URL(request.url);
    const text = request.method === 'POST' ? await readText(request) : searchParams.get('input');
    const given_text = { text: text ?? '', is_batch: searchParams.get('batch') === '1' };
    return await fetchRequestHandler({
      endpoint: '/api/trpc',
      req: request.method === 'POST' ? withBody(request, given_text.text) : request,
      router: appRouter,
      createContext: () =>
        createContext(platform, request).then(
          (context) => ({ ...context, given_text }),
          (error: unknown) => {
            if (!(error instanceof TRPCError)) platform.failures.note(error, askedOf(request), 'A request failed');
            throw knownError(error);
          },
        ),
      maxBatchSize: 20,
      // Beside what tRPC says for streams: `no-transform`, without which an event waits to be compressed with others.
      responseMeta: ({ errors }) => ({ headers: { 'cache-control': 'no-store', ...waitHeaders(errors[0]) } }),
    });
  } catch (error) {
    return errorResponse(platform, error, request);
  }
}

/**
 * The request with its body as it was read, up to the limit that REST has. The client of the pages sends nothing for a call
 * without input, which is no JSON.
 */
const withBody = (request: Request, text: string) =>
  new Request(request.url, {
    method: 'POST',
    headers: request.headers,
    body: text || 'null',
    signal: request.signal,
  });
