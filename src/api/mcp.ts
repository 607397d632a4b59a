import { randomUUID } from 'node:crypto';
import { createMcpHandler, type McpHttpHandler } from '@modelcontextprotocol/server';
import { z } from 'zod';
import { isDeeperThan, MOST_JSON_LEVELS } from '#core/json-depth.ts';
import { keepExact } from '#core/user-json.ts';
import { authenticate } from '#features/auth/authenticate.ts';
import { checkSite } from '#features/auth/check-origin.ts';
import type { CallContext } from '#platform/procedure.ts';
import { Refusal, Unavailable } from '#platform/refusal.ts';
import type { Platform } from '#platform/scope.ts';
import { askedOf, originOf } from './context.ts';
import { readinessOf } from './health.ts';
import { cancelCall } from './mcp-running-calls.ts';
import { mcpServer } from './mcp-server.ts';
import { readText } from './read-body.ts';
import { refuseMethod } from './refuse-method.ts';
import { errorResponse } from './rest.ts';

/** What the protocol's server is told of a request, beside its message. */
export type McpCaller = {
  context: CallContext;
  keyId: string;
  session: string | null;
  /** The arguments of a call to the letter: the protocol's own schemas leave out a member `__proto__`. */
  argumentsOf: (requestId: string | number) => unknown;
};

const SESSION = 'mcp-session-id';

const cancellation = z.object({
  method: z.literal('notifications/cancelled'),
  params: z.object({ requestId: z.union([z.string(), z.number()]) }),
});

const handlers = new WeakMap<Platform, McpHttpHandler>();

/** The protocol's own handling, of its present and its previous versions; nothing is kept between requests. */
function handlerOf(platform: Platform): McpHttpHandler {
  const handler =
    handlers.get(platform) ??
    createMcpHandler(({ authInfo }) => mcpServer(authInfo?.extra?.caller as McpCaller), {
      maxSubscriptions: 16,
      onerror: (error) =>
        platform.log.debug({ err: error, part: 'mcp' }, 'A request of the Model Context Protocol failed'),
    });
  handlers.set(platform, handler);
  return handler;
}

/** The Model Context Protocol over Streamable HTTP: an API key with the scope `invoke`, checked before anything is read. */
export async function handleMcp(platform: Platform, request: Request): Promise<Response> {
  if (request.method !== 'POST') return refuseMethod('POST')(request);
  try {
    checkSite(request.headers, platform.config);
    const { context, keyId, scopes } = await admit(platform, request);
    const text = await readText(request);
    const message = readMessage(text);
    const session = request.headers.get(SESSION);
    const { data: cancelled } = cancellation.safeParse(message);
    if (cancelled) cancelCall(platform, { keyId, session, requestId: cancelled.params.requestId });
    if (isCall(message)) await checkReady(platform);
    const argumentsOf = (requestId: string | number) => argumentsIn(message, requestId);
    const caller: McpCaller = { context, keyId, session, argumentsOf };
    const authInfo = { token: 'checked', clientId: keyId, scopes: [...scopes], extra: { caller } };
    const own = new Request(request.url, {
      method: 'POST',
      headers: request.headers,
      body: text,
      signal: request.signal,
    });
    const response = await handlerOf(platform).fetch(own, {
      authInfo,
      ...(message !== undefined && { parsedBody: message }),
    });
    return isInitialize(message) && session === null ? named(response) : response;
  } catch (error) {
    return errorResponse(platform, error, request);
  }
}

/**
 * A call's answer is a stream whose status is sent before the call has begun: whether it can be made at all is looked at
 * first, so that a client is told by the status to try again.
 * @throws Unavailable
 */
async function checkReady({ pool }: Platform): Promise<void> {
  const { body } = await readinessOf(pool)();
  if ('code' in body) throw new Unavailable(body.message, undefined);
}

async function admit(platform: Platform, request: Request) {
  const headers = new Headers(request.headers);
  headers.delete('cookie');
  const caller = await authenticate(platform, headers);
  if (caller.kind !== 'api_key')
    throw new Refusal('UNAUTHORIZED', 'Send an API key with the scope invoke as "Authorization: Bearer <key>".');
  if (!caller.scopes.includes('invoke'))
    throw new Refusal('FORBIDDEN', 'This takes an API key with the scope invoke: make one under Settings, API keys.');
  const context: CallContext = {
    platform,
    caller,
    face: 'mcp',
    asked: askedOf(request),
    ...originOf(platform, headers),
  };
  return { context, keyId: caller.id, scopes: caller.scopes };
}

/** Undefined for what is no JSON: the protocol has an answer of its own to that. */
function readMessage(text: string): unknown {
  let message: unknown;
  try {
    message = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (isDeeperThan(message, MOST_JSON_LEVELS))
    throw new Refusal('BAD_REQUEST', `The body is nested deeper than ${MOST_JSON_LEVELS} levels: send it flatter.`);
  return keepExact(message, text);
}

const toolCall = z.object({ id: z.union([z.string(), z.number()]), params: z.object({ arguments: z.unknown() }) });

function argumentsIn(message: unknown, requestId: string | number): unknown {
  for (const one of Array.isArray(message) ? message : [message]) {
    const { data } = toolCall.safeParse(one);
    if (data?.id === requestId && asks(one, 'tools/call')) return data.params.arguments;
  }
  return undefined;
}

const asks = (message: unknown, method: string): boolean =>
  typeof message === 'object' && message !== null && 'method' in message && message.method === method;

const isInitialize = (message: unknown): boolean => asks(message, 'initialize');

/** Also in a batch, as the previous versions of the protocol have them. */
const isCall = (message: unknown): boolean =>
  Array.isArray(message) ? message.some((one) => asks(one, 'tools/call')) : asks(message, 'tools/call');

/**
 * Gives a client of the previous versions a name of its own: it numbers its requests from zero as every other does, and
 * cancels them by these numbers.
 */
function named(response: Response): Response {
  const headers = new Headers(response.headers);
  headers.set(SESSION, randomUUID());
  return new Response(response.body, { status: response.status, headers });
}
