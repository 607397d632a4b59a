import type { IncomingMessage, ServerResponse } from 'node:http';
import { TRPCError } from '@trpc/server';
import { writeJson } from '#core/json/user-json.ts';
import { errorBody, knownError } from '#platform/http/error-body.ts';
import type { Platform } from '#platform/scope.ts';
import { callRoute } from './call-route.ts';
import { createContext } from './context.ts';
import { decodeBody, MOST_BODY_BYTES, parseJsonObject, tooLarge } from './read-body.ts';
import { waitHeaders, withHeaders } from './rest.ts';
import { type RestRoute, restRoutes } from './rest-routes.ts';

/** The routes of publishers, which are called all day. */
const ROUTES = new Map(
  restRoutes
    .filter(({ rest }) => rest.method === 'POST' && /^\/api\/events(\/batch)?$/.test(rest.path))
    .map((route) => [route.rest.path as string, route]),
);

/**
 * Answers a publish without waking Next; the procedure is the one that REST calls.
 * @returns false for every other request, which is left alone.
 */
export function answerPublish(platform: Platform, request: IncomingMessage, response: ServerResponse): boolean {
  const route = request.method === 'POST' ? ROUTES.get(request.url ?? '') : undefined;
  if (!route) return false;
  publish(platform, route, request).then(
    (output) => send(response, route.rest.status ?? 200, output),
    (error: unknown) => {
      const known = knownError(error);
      if (!(error instanceof TRPCError))
        platform.failures.note(error, { method: 'POST', path: route.rest.path }, 'A request failed');
      const { status, body } = errorBody(known);
      for (const [name, value] of Object.entries(waitHeaders(known))) response.setHeader(name, value);
      // What was not read of the body would be taken for the next request.
      if (!request.complete) response.setHeader('connection', 'close');
      if (status === 401) response.setHeader('www-authenticate', 'Bearer');
      send(response, status, body);
    },
  );
  return true;
}

async function publish(platform: Platform, route: RestRoute, request: IncomingMessage): Promise<unknown> {
  const headers = headersOf(request);
  const ctx = await createContext(platform, { method: 'POST', headers, url: route.rest.path });
  const body_text = decodeBody(await readBody(request, route.rest.maxBodyBytes ?? MOST_BODY_BYTES));
  const input = withHeaders(route, parseJsonObject(body_text), headers);
  return callRoute(route, { ...ctx, body_text }, input, undefined);
}

function headersOf({ headersDistinct }: IncomingMessage): Headers {
  const headers = new Headers();
  for (const [name, values = []] of Object.entries(headersDistinct))
    for (const value of values) headers.append(name, value);
  return headers;
}

/** @throws Refusal PAYLOAD_TOO_LARGE, having read no further than the limit. */
async function readBody(request: IncomingMessage, maxBytes: number): Promise<Buffer> {
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) throw tooLarge(maxBytes);
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBytes) throw tooLarge(maxBytes);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function send(response: ServerResponse, status: number, body: unknown): void {
  if (response.destroyed) return;
  const text = writeJson(body);
  response.writeHead(status, {
    'content-type': 'application/json',
    'cache-control': 'no-store',
    'content-length': Buffer.byteLength(text),
  });
  response.end(text);
}
