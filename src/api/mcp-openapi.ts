import { z } from 'zod';
import type { ZodOpenApiPathItemObject } from 'zod-openapi';
import { errorBodySchema } from '#platform/http/error-body.ts';

const message = z
  .looseObject({ jsonrpc: z.literal('2.0'), method: z.string(), params: z.looseObject({}).optional() })
  .meta({ id: 'McpMessage', description: 'A message of JSON-RPC, as the Model Context Protocol says.' });

/** JSON-RPC 2.0, section 5.1: what the protocol's own checks answer. */
const protocolError = z
  .looseObject({
    jsonrpc: z.literal('2.0'),
    id: z.union([z.string(), z.number()]).nullable(),
    error: z.looseObject({ code: z.int(), message: z.string() }),
  })
  .meta({ id: 'McpError', description: 'An error of JSON-RPC, as the Model Context Protocol says.' });

const refusal = (description: string) => ({
  description,
  content: { 'application/json': { schema: errorBodySchema } },
});

/** What the API document says of the address of the Model Context Protocol. No procedure serves it. */
export const mcpPath: ZodOpenApiPathItemObject = {
  post: {
    operationId: 'tools.mcp',
    tags: ['Tools'],
    summary: 'List and call the tools by the Model Context Protocol',
    description:
      'Streamable HTTP, without sessions, in the versions from 2024-11-05 to 2026-07-28. API keys need the scope `invoke`. Any `Accept` header is answered: with a stream for clients that take nothing else, with JSON for those that do not ask for both.',
    requestBody: { required: true, content: { 'application/json': { schema: message } } },
    responses: {
      200: {
        description: 'The answer, as a message or as a stream of them.',
        content: { 'application/json': { schema: message.partial() }, 'text/event-stream': { schema: z.string() } },
      },
      202: { description: 'A notification was taken.' },
      400: {
        description: 'The body is not JSON, or not a message of the protocol.',
        content: { 'application/json': { schema: z.union([protocolError, errorBodySchema]) } },
      },
      401: refusal('No valid API key.'),
      403: refusal(
        'The scope is not enough; or the request has no key, and came by another host or from another site.',
      ),
      405: refusal('To any other method than `POST`.'),
      413: refusal('The body is larger than 1 MiB.'),
      415: {
        description: '`Content-Type` is not `application/json`.',
        content: { 'application/json': { schema: protocolError } },
      },
    },
  },
};
