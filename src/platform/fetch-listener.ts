import { type RequestListener, STATUS_CODES } from 'node:http';
import { createRequestListener } from '@remix-run/node-fetch-server';

/**
 * The one bridge from `node:http` to Fetch. A `Request` reads its headers from `request.headers`, so what a listener before
 * it changed there is all that a handler sees. Its signal aborts when the client leaves, and its body is read no faster than
 * the handler asks for it; the answer's body is read no faster than the client takes it.
 * @param answer does not throw.
 * @param onBroken is told why an answer ended before its body did, unless the client left.
 */
export function fetchListener(
  answer: (request: Request) => Promise<Response>,
  onBroken: (error: unknown) => void,
): RequestListener {
  return (incoming, outgoing) => {
    const listener = createRequestListener(
      async (request) => {
        const response = await answer(request);
        // The rest of a body that was refused would have to be read before the next request of this connection.
        if (!incoming.complete) outgoing.setHeader('connection', 'close');
        // Node.js would send an empty reason phrase, for a Response has none of its own.
        const statusText = STATUS_CODES[response.status] ?? '';
        return Object.defineProperty(response, 'statusText', { value: statusText });
      },
      { onError: onBroken },
    );
    listener(incoming, outgoing);
  };
}
