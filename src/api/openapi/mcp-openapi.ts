import { z } from 'zod';
import type { ZodOpenApiPathItemObject } from 'zod-openapi';
import { errorBodySchema } from '#platform/http/error-body.ts';
import { ALWAYS, refusal, refusals } from './openapi-refusals.ts';

const message = z
  .looseObject({ jsonrpc: z.literal('2.0'), method: z.string(), params: z.looseObject({}).optional() })
  .meta({ id: 'McpMessage', description: 'A JSON-RPC message, as defined by the Model Context Protocol.' });

/** JSON-RPC 2.0, section 5.1: what the protocol's own checks answer. */
const protocolError = z
  .looseObject({
    jsonrpc: z.literal('2.0'),
    id: z.unknown().meta({ description: 'The id of the request: a string, a number, or null.' }),
    error: z.looseObject({ code: z.int(), message: z.string() }),
  })
  .meta({ id: 'McpError', description: 'A JSON-RPC error, as defined by the Model Context Protocol.' });

/** What the API document says of the address of the Model Context Protocol. No procedure serves it. */
export const mcpPath: ZodOpenApiPathItemObject = {
  post: {
    operationId: 'tools.mcp',
    tags: ['Tools'],
    summary: 'List and call tools with the Model Context Protocol',
    description:
      'Streamable HTTP without sessions, in the protocol versions from 2024-11-05 to 2026-07-28. API keys need the scope `invoke`. Any `Accept` header works: clients that accept only streams get a stream, and clients that don’t accept both get JSON.',
    requestBody: { required: true, content: { 'application/json': { schema: message } } },
    responses: {
      200: {
        description: 'The response, as one message or a stream of messages.',
        content: { 'application/json': { schema: message.partial() }, 'text/event-stream': { schema: z.string() } },
      },
      202: { description: 'A notification was accepted.' },
      400: {
        description: 'The body is not JSON, or not a message of the protocol.',
        content: {
          'application/json': { schema: z.union([protocolError, errorBodySchema]).meta({ id: 'McpRefusal' }) },
        },
      },
      401: refusal('No valid API key.'),
      403: refusal(
        'The key lacks the scope, or the request has no key and came through another host name or from another site.',
      ),
      405: refusal('The method is not `POST`.'),
      413: refusal('The body is larger than 1 MiB.'),
      ...refusals(...ALWAYS),
      415: {
        description: '`Content-Type` is not `application/json`.',
        content: { 'application/json': { schema: protocolError } },
      },
    },
  },
};
