import { randomUUID } from 'node:crypto';
import { createMcpHandler, type McpHttpHandler } from '@modelcontextprotocol/server';
import { authenticate } from '#features/people/auth/authenticate.ts';
import { checkSite } from '#features/people/auth/check-origin.ts';
import { definePart } from '#platform/define-part.ts';
import type { Platform } from '#platform/scope.ts';
import type { CallContext } from '#platform/trpc/procedure.ts';
import { Refusal, Unavailable } from '#platform/trpc/refusal.ts';
import { askedOf, originOf } from './context.ts';
import { databaseReadiness } from './health.ts';
import { KEY_HEADERS } from './key-headers.ts';
import { answerFormFor, answerInForm } from './mcp-accept.ts';
import { readMessage } from './mcp-message.ts';
import { cancelCall } from './mcp-running-calls.ts';
import { type McpCaller, mcpServer } from './mcp-server.ts';
import { readText } from './read-body.ts';
import { refuseMethod } from './refuse-method.ts';
import { errorResponse } from './rest.ts';

const SESSION = 'mcp-session-id';

/** The protocol's own handling, of its present and its previous versions; nothing is kept between requests. */
const handlerOf = definePart(
  'MCP',
  (platform): McpHttpHandler =>
    createMcpHandler(({ authInfo }) => mcpServer(authInfo?.extra?.caller as McpCaller), {
      maxSubscriptions: 16,
      onerror: (error) => platform.log.debug({ err: error, part: 'mcp' }, 'A Model Context Protocol request failed'),
    }),
);

/** The Model Context Protocol over Streamable HTTP: an API key with the scope `invoke`, checked before anything is read. */
export async function handleMcp(platform: Platform, request: Request): Promise<Response> {
  if (request.method !== 'POST') return refuseMethod('POST')(request);
  try {
    // Without a key there is only the browser's word for where a request comes from.
    if (!KEY_HEADERS.some((name) => request.headers.has(name))) checkSite(request.headers, platform.config);
    const { context, keyId, scopes } = await admit(platform, request);
    const text = await readText(request);
    const message = readMessage(text);
    const session = request.headers.get(SESSION);
    if (message.cancels !== undefined) cancelCall(platform, { keyId, session, requestId: message.cancels });
    if (message.asks('tools/call')) await checkReady(platform);
    const caller: McpCaller = { context, keyId, session, argumentsOf: message.argumentsOf };
    const authInfo = { token: 'checked', clientId: keyId, scopes: [...scopes], extra: { caller } };
    const response = await handlerOf(platform).fetch(withBothForms(request, text), {
      authInfo,
      ...(message.parsed !== undefined && { parsedBody: message.parsed }),
    });
    // Listening has no end, so that its answer is always a stream.
    const form = message.asks('webhooks/listen') ? 'either' : answerFormFor(request.headers.get('accept'));
    const answer = await answerInForm(form, response, message.isBatch);
    return message.asks('initialize') && session === null ? named(answer) : answer;
  } catch (error) {
    return errorResponse(platform, error, request);
  }
}

/** The request for the protocol's server, which refuses every client that does not name both forms of an answer. */
function withBothForms(request: Request, body: string): Request {
  const headers = new Headers(request.headers);
  headers.set('accept', 'application/json, text/event-stream');
  return new Request(request.url, { method: 'POST', headers, body, signal: request.signal });
}

/**
 * A call's answer is a stream whose status is sent before the call has begun: whether it can be made at all is looked at
 * first, so that a client is told by the status to try again.
 * @throws Unavailable
 */
async function checkReady(platform: Platform): Promise<void> {
  const { body } = await databaseReadiness(platform);
  if ('code' in body) throw new Unavailable(body.message, undefined);
}

async function admit(platform: Platform, request: Request) {
  const headers = new Headers(request.headers);
  headers.delete('cookie');
  const caller = await authenticate(platform, headers);
  if (caller.kind !== 'api_key')
    throw new Refusal('UNAUTHENTICATED', 'Send an API key with the scope invoke as "Authorization: Bearer <key>".');
  if (!caller.scopes.includes('invoke'))
    throw new Refusal(
      'FORBIDDEN',
      'This requires an API key with the scope invoke. Create one under Settings, API keys.',
    );
  const context: CallContext = {
    platform,
    caller,
    face: 'mcp',
    asked: askedOf(request),
    ...originOf(platform, headers),
  };
  return { context, keyId: caller.id, scopes: caller.scopes };
}

/**
 * Gives a client of the previous versions a name of its own: it numbers its requests from zero as every other does, and
 * cancels them by these numbers.
 */
function named(response: Response): Response {
  const headers = new Headers(response.headers);
  headers.set(SESSION, randomUUID());
  return new Response(response.body, { status: response.status, headers });
}
