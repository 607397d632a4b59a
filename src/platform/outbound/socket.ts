import type { Socket } from 'node:net';
import { noteResponseHead } from './failure.ts';

/** `100 Continue`, which undici 8.12 takes for an error when nobody asked for it. It skips the other 1xx itself. */
const CONTINUE = /^HTTP\/1\.[01] 100[ \r\n]/;
const CONTINUE_BYTES = 'HTTP/1.1 100 '.length;
const HEAD_END = '\r\n\r\n';
/** As undici bounds the head of an answer. */
const MOST_HEAD_BYTES = 16 * 1024;

/**
 * Skips each `100 Continue` before an answer (RFC 9110, section 15.2: a client must be able to parse 1xx responses that it
 * did not ask for), and keeps the head of the answer for the message of an error.
 * @param socket a connection of HTTP/1.1 on which an answer follows its request, one at a time
 */
export function skipContinue<Connection extends Socket>(socket: Connection): Connection {
  const read = socket.read.bind(socket);
  const write = socket.write.bind(socket);
  /** Of the answer, until it is known not to be a `100 Continue`. */
  let held: Buffer | null = Buffer.alloc(0);
  let head: Buffer | null = null;

  /** @returns what the reader is given; null for nothing yet */
  function pass(chunk: Buffer): Buffer | null {
    if (held === null) return chunk;
    let rest: Buffer = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
    while (CONTINUE.test(rest.toString('latin1', 0, CONTINUE_BYTES))) {
      const end = rest.indexOf(HEAD_END);
      if (end === -1 && rest.length < MOST_HEAD_BYTES) {
        held = rest;
        return null;
      }
      // Without an end it is no head of HTTP: the parser says so.
      if (end === -1) break;
      rest = rest.subarray(end + HEAD_END.length);
    }
    if (rest.length < CONTINUE_BYTES && isBeginning(rest)) {
      held = rest;
      return null;
    }
    held = null;
    head = rest;
    return rest;
  }

  return Object.assign(socket, {
    read(size?: number) {
      const chunk: unknown = read(size);
      return Buffer.isBuffer(chunk) ? pass(chunk) : chunk;
    },
    write(...given: Parameters<Socket['write']>) {
      // What follows answers this request.
      if (held === null) held = Buffer.alloc(0);
      return write(...given);
    },
  }).prependListener('error', (cause: Error) => {
    const text = head?.toString('latin1', 0, MOST_HEAD_BYTES) ?? '';
    noteResponseHead(cause, text.split(HEAD_END, 1)[0] ?? '');
  });
}

const isBeginning = (bytes: Buffer): boolean => {
  const text = bytes.toString('latin1');
  return 'HTTP/1.1 100 '.startsWith(text) || 'HTTP/1.0 100 '.startsWith(text);
};
