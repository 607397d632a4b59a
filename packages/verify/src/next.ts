import { type ReceiveOptions, respondToWebhook } from './receive-webhooks.ts';

/**
 * A route handler for the App Router of Next, and for everything else that takes a `Request` and gives a `Response`:
 * `export const POST = receiveWebhooks({ secrets, onEvent })`.
 */
export function receiveWebhooks<Own extends object = object>(options: ReceiveOptions<Own>) {
  return (request: Request): Promise<Response> => respondToWebhook(options, request);
}
