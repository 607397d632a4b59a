import { type ReceiveOptions, receiveWebhook } from './receive-webhooks.ts';
import type { WebhookHeaders } from './verify-webhook.ts';

/** What is used of Express's request: a Node stream, perhaps with a body that `express.raw()` has read. */
type ExpressRequest = AsyncIterable<Uint8Array> & {
  headers: Readonly<Record<string, string | string[] | undefined>>;
  body?: unknown;
};
type ExpressResponse = { status(code: number): { json(body: unknown): unknown; end(): unknown } };

/**
 * A request handler for Express 4 and 5: `app.post('/hooks', receiveWebhooks({ secrets, onEvent }))`.
 *
 * It reads the body itself, so register it before `express.json()`, or read this route with `express.raw({ type: '*\/*' })`.
 * A body that was parsed already is answered with 500, and `onError` is told why.
 */
export function receiveWebhooks<Own extends object = object>(options: ReceiveOptions<Own>) {
  return async (request: ExpressRequest, response: ExpressResponse): Promise<void> => {
    const headers: WebhookHeaders = request.headers;
    const parsed = request.body;
    const given = parsed === undefined ? await readBytes(request) : (parsed as Uint8Array);
    const { status, body } = await receiveWebhook(options, { body: given, headers });
    if (body === null) response.status(status).end();
    else response.status(status).json(body);
  };
}

async function readBytes(stream: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of stream) {
    chunks.push(chunk);
    length += chunk.length;
  }
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}
