import { type ReceiveOptions, respondToWebhook } from './receive-webhooks.ts';

/** A handler for Hono 4: `app.post('/hooks', receiveWebhooks({ secrets, onEvent }))`. */
export function receiveWebhooks<Own extends object = object>(options: ReceiveOptions<Own>) {
  return (context: { req: { raw: Request } }): Promise<Response> => respondToWebhook(options, context.req.raw);
}
