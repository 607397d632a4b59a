import {
  type Refusal,
  type VerifyOptions,
  verifyWebhook,
  type WebhookEvent,
  type WebhookHeaders,
} from './verify-webhook.ts';

/** What every adapter takes. */
export type ReceiveOptions<Own extends object = object> = VerifyOptions & {
  /**
   * Called with each verified event. The answer waits for it: store the event and return. If it throws, the answer is
   * 500 and Honeyframe tries again later.
   */
  onEvent: (event: WebhookEvent<Own>) => unknown;
  /** Called when a request is refused, for a log. */
  onRefusal?: (refusal: Refusal) => void;
  /** Called with what `onEvent` threw, for a log. */
  onError?: (error: unknown) => void;
};

/** What an adapter answers: 204 without a body, or an error with its code and message. */
export type ReceiverAnswer = {
  status: 204 | 400 | 401 | 500;
  body: Refusal | { code: 'failed'; message: string } | null;
};

/** Verifies a request, passes its event on, and says what to answer. The adapters share it. It does not throw. */
export async function receiveWebhook<Own extends object>(
  options: ReceiveOptions<Own>,
  request: { body: string | Uint8Array | ArrayBuffer; headers: WebhookHeaders },
): Promise<ReceiverAnswer> {
  try {
    const { secrets, toleranceSeconds, requireTimestamp } = options;
    const verified = await verifyWebhook<Own>({ ...request, secrets, toleranceSeconds, requireTimestamp });
    if (!verified.ok) {
      options.onRefusal?.(verified.error);
      const isUnsigned = verified.error.code === 'wrong_signature' || verified.error.code === 'too_old';
      return { status: isUnsigned ? 401 : 400, body: verified.error };
    }
    await options.onEvent(verified.event);
    return { status: 204, body: null };
  } catch (error) {
    options.onError?.(error);
    return { status: 500, body: { code: 'failed', message: 'The event could not be handled. Try again later.' } };
  }
}

/** The same as a `Response` of the Fetch standard. */
export async function respondToWebhook<Own extends object>(
  options: ReceiveOptions<Own>,
  request: Request,
): Promise<Response> {
  const { status, body } = await receiveWebhook(options, {
    body: await request.arrayBuffer(),
    headers: request.headers,
  });
  return body === null ? new Response(null, { status }) : Response.json(body, { status });
}
