import { z } from 'zod';
import type { ZodOpenApiPathItemObject } from 'zod-openapi';
import { errorBodySchema } from '#platform/error-body.ts';

const message = z
  .looseObject({ jsonrpc: z.literal('2.0'), method: z.string(), params: z.looseObject({}).optional() })
  .meta({ id: 'McpMessage', description: 'A message of JSON-RPC, as the Model Context Protocol says.' });

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
      'Streamable HTTP, without sessions, in the versions from 2024-11-05 to 2026-07-28. API keys need the scope `invoke`.',
    requestBody: { required: true, content: { 'application/json': { schema: message } } },
    responses: {
      200: {
        description: 'The answer, as a message or as a stream of them.',
        content: { 'application/json': { schema: message.partial() }, 'text/event-stream': { schema: z.string() } },
      },
      202: { description: 'A notification was taken.' },
      400: refusal('The body is no message of the protocol.'),
      401: refusal('No valid API key.'),
      403: refusal('The scope is not enough, or the request came by another host or from another site.'),
      405: refusal('To any other method than `POST`.'),
      413: refusal('The body is larger than 1 MiB.'),
    },
  },
};
