import { type IncomingMessage, type RequestListener, type ServerResponse, STATUS_CODES } from 'node:http';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { createRequestListener } from '@remix-run/node-fetch-server';

/** An answer whose body is a text that is in memory: our own server writes it at once, without a stream. */
export class TextResponse extends Response {
  readonly sent_text: string;

  constructor(text: string, init?: ResponseInit) {
    super(text, init);
    this.sent_text = text;
  }
}

/**
 * The one bridge from `node:http` to Fetch. A `Request` reads its headers from `request.headers`, so what a listener before
 * it changed there is all that a handler sees. Its signal aborts when the client leaves, and its body is read no faster than
 * the handler asks for it; the answer's body is read no faster than the client takes it, and not at all where nobody does.
 * @param answer does not throw.
 * @param onBroken is told why an answer ended before its body did, unless the client left.
 * @param lingerMs how long a client may go on sending a body that was refused, so that it gets to reading why.
 */
export function fetchListener(
  answer: (request: Request) => Promise<Response>,
  onBroken: (error: unknown) => void,
  lingerMs = 5_000,
): RequestListener {
  return (incoming, outgoing) => {
    const listener = createRequestListener(
      async (request) => {
        const response = await answer(request);
        // What Fetch handlers say of the connection, such as `keep-alive` for a stream, is for the server to say.
        if (response.headers.has('connection')) response.headers.delete('connection');
        // An answer that came at once came before the body that the same packet may have brought.
        if (!incoming.complete) await nextTurn();
        // The rest of a body that was refused would have to be read before the next request of this connection.
        if (!incoming.complete) closeInStages(incoming, outgoing, lingerMs);
        // The bridge leaves such a body as it is, and with it what it holds, such as a reader of the database.
        if (request.method === 'HEAD' || request.signal.aborted) void response.body?.cancel().catch(onBroken);
        if (response instanceof TextResponse) {
          if (!request.signal.aborted && !outgoing.destroyed) writeText(outgoing, response);
          // It has been sent: the bridge gets nothing more.
          return new Promise<never>(() => {});
        }
        // Node.js would send an empty reason phrase, for a Response has none of its own.
        const statusText = STATUS_CODES[response.status] ?? '';
        return Object.defineProperty(response, 'statusText', { value: statusText });
      },
      // An empty Host is legal, and `http:///api` is no URL of ours.
      { onError: onBroken, host: incoming.headers.host || 'localhost' },
    );
    listener(incoming, outgoing);
  };
}

function writeText(outgoing: ServerResponse, { status, headers, sent_text }: TextResponse): void {
  outgoing.writeHead(status, STATUS_CODES[status] ?? '', [...headers].flat());
  outgoing.end(sent_text);
}

/**
 * Ends the connection after this answer, in stages (RFC 9112, section 9.6): closed at once, it would be reset by what the
 * client still sends, and the client would not read the answer.
 */
function closeInStages(incoming: IncomingMessage, outgoing: ServerResponse, lingerMs: number): void {
  const { socket } = incoming;
  outgoing.setHeader('connection', 'close');
  // What Node.js calls after the last answer.
  socket.destroySoon = () => {
    socket.end();
    incoming.removeAllListeners('data').resume();
    const timer = setTimeout(() => socket.destroy(), lingerMs);
    socket.once('close', () => clearTimeout(timer));
  };
}
