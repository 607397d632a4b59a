import {
  type CallToolResult,
  ProtocolError,
  ProtocolErrorCode,
  Server,
  type ServerContext,
} from '@modelcontextprotocol/server';
import { writeJson } from '#core/json/user-json.ts';
import { sendResultSchema } from '#features/connectors/schema.ts';
import { errorBody, knownError } from '#platform/http/error-body.ts';
import type { CallContext } from '#platform/trpc/procedure.ts';
import { VERSION } from '#platform/version.ts';
import type { McpMessage } from './mcp-message.ts';
import { whileCancellable } from './mcp-running-calls.ts';
import { appRouter } from './router.ts';

/** What the protocol's server needs to know about a request besides its message. */
export type McpCaller = {
  context: CallContext;
  keyId: string;
  session: string | null;
  argumentsOf: McpMessage['argumentsOf'];
};

const INSTRUCTIONS =
  'These tools send messages to other systems and to people. Each call sends once, and calling again sends again. A result with "ok": false means that the other side refused the request: read its error before you try anything else.';

/** How often a client that asked for progress hears that its call is under way. */
const PROGRESS_EVERY_MS = 2_000;

/** A server for one request: the list of tools, and their calls, through the procedures that REST and tRPC call. */
export function mcpServer(caller: McpCaller): Server {
  const server = new Server(
    { name: 'honeyframe-webhooks', title: 'Honeyframe Webhooks', version: VERSION },
    { capabilities: { tools: {} }, instructions: INSTRUCTIONS },
  );
  server.setRequestHandler('tools/list', async () => {
    const list = await appRouter.createCaller(caller.context).tools.list({ format: 'mcp' });
    if (!('tools' in list)) throw new Error('The list of tools does not have the format of the protocol.');
    return { tools: list.tools as { name: string; inputSchema: { type: 'object' } }[] };
  });
  server.setRequestHandler('tools/call', ({ params }, { mcpReq }) =>
    whileCancellable(
      caller.context.platform,
      { keyId: caller.keyId, session: caller.session, requestId: mcpReq.id },
      mcpReq.signal,
      (signal) => withProgress(mcpReq, () => call(caller, params.name, caller.argumentsOf(mcpReq.id), signal)),
    ),
  );
  return server;
}

async function call(
  { context }: McpCaller,
  tool: string,
  given: unknown,
  signal: AbortSignal,
): Promise<CallToolResult> {
  try {
    const tools = appRouter.createCaller(context, { signal }).tools;
    const result = sendResultSchema.parse(await tools.invoke({ tool, arguments: given ?? {} }));
    return {
      content: [{ type: 'text', text: writeJson(result) }],
      structuredContent: result,
      isError: !result.ok,
    };
  } catch (error) {
    return refusalOf(error);
  }
}

/**
 * What the model can mend is a result that says so; a tool that is not there is an error of the protocol, and so is
 * what failed on our side.
 * @throws ProtocolError
 */
function refusalOf(error: unknown): CallToolResult {
  const { status, body } = errorBody(knownError(error));
  if (status >= 500) throw new ProtocolError(ProtocolErrorCode.InternalError, body.message);
  if (body.issues.some(({ path }) => path[0] === 'tool'))
    throw new ProtocolError(ProtocolErrorCode.InvalidParams, body.message);
  return { content: [{ type: 'text', text: body.message }], isError: true };
}

/** Tells at once, and then from time to time, that the call is under way, to a client that asked for it. */
async function withProgress<Result>(
  { _meta, notify }: ServerContext['mcpReq'],
  run: () => Promise<Result>,
): Promise<Result> {
  const progressToken = _meta?.progressToken;
  if (progressToken === undefined) return run();
  let progress = 0;
  const tell = async (message: string) => {
    await notify({ method: 'notifications/progress', params: { progressToken, progress, message } });
    progress += 1;
  };
  await tell('Sending.');
  const timer = setInterval(() => {
    // Whoever has left hears nothing; the call itself notices that.
    tell('Waiting for the other side’s response.').catch(() => {});
  }, PROGRESS_EVERY_MS);
  try {
    return await run();
  } finally {
    clearInterval(timer);
  }
}
