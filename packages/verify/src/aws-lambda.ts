import { type ReceiveOptions, receiveWebhook } from './receive-webhooks.ts';

/** What is used of the event of API Gateway (REST and HTTP APIs), function URLs, and load balancers. */
type LambdaEvent = {
  body?: string | null;
  isBase64Encoded?: boolean;
  headers?: Readonly<Record<string, string | undefined>> | null;
};
type LambdaResult = { statusCode: number; headers?: Record<string, string>; body: string };

/** A handler for AWS Lambda: `export const handler = receiveWebhooks({ secrets, onEvent })`. */
export function receiveWebhooks<Own extends object = object>(options: ReceiveOptions<Own>) {
  return async (event: LambdaEvent): Promise<LambdaResult> => {
    const text = event.body ?? '';
    const given = event.isBase64Encoded ? Uint8Array.from(atob(text), (character) => character.charCodeAt(0)) : text;
    const { status, body } = await receiveWebhook(options, { body: given, headers: event.headers ?? {} });
    if (body === null) return { statusCode: status, body: '' };
    return { statusCode: status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
  };
}
