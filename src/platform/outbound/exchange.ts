import { isUtf8 } from 'node:buffer';
import type { Dispatcher } from 'undici';
import { contentEncodings, isDecoded } from '#core/text/answer-text.ts';
import { type BodyReader, readBody } from './body.ts';
import { exchangeFailure, type FailureSide, OutboundFailure } from './failure.ts';

export type HeaderList = [name: string, value: string][];

export type ExchangeRequest = {
  /** How failures name the other side. */
  host: string;
  origin: string;
  path: string;
  method: Dispatcher.HttpMethod;
  headers: Record<string, string>;
  body: string | Buffer | null;
  maxBodyBytes: number;
  /** Milliseconds that are left from now, and how the limit was given. */
  connect: Limit;
  headersLimit: Limit | null;
  total: Limit;
  signal: AbortSignal | null;
  mayStart: (() => boolean) | null;
};

type Limit = { leftMs: number; limitMs: number };

/** A timer that fires this late wasn't delayed by a few other requests. */
const STALL_MS = 50;
/** The time to read what arrived while this process stood still. */
const READ_AFTER_STALL_MS = 1_000;
/** A process that stands still again and again must not wait forever for a receiver that hangs. */
const MOST_EXTENSIONS = 3;

export type ExchangeOutcome = {
  failure: OutboundFailure | null;
  /** Whether there was a connection, so that the other side may have seen the request. */
  connected: boolean;
  /** When there was a connection to write to, and when the answer began (`performance.now()`). */
  startedAt: number | null;
  answeredAt: number | null;
  status: number | null;
  headers: HeaderList;
  body: Buffer;
};

const seconds = (ms: number): string => `${ms / 1000} s`;

/**
 * Sends one request through a pool and reads its response.
 * @throws what `dispatch` throws for a request that our own code built wrongly.
 */
export function exchange(pool: Dispatcher, request: ExchangeRequest): Promise<ExchangeOutcome> {
  return new Promise((resolve, reject) => {
    const handler = new ExchangeHandler(request, resolve, reject);
    if (request.signal?.aborted || request.mayStart?.() === false) return handler.giveUp();
    const { origin, path, method, headers, body } = request;
    // The limits are kept by the handler, which knows what it waits for.
    pool.dispatch({ origin, path, method, headers, body, headersTimeout: 0, bodyTimeout: 0 }, handler);
  });
}

class ExchangeHandler implements Dispatcher.DispatchHandler {
  readonly #request: ExchangeRequest;
  readonly #resolve: (outcome: ExchangeOutcome) => void;
  readonly #reject: (cause: unknown) => void;
  #timer: NodeJS.Timeout | undefined;
  readonly #limits: (Limit & { at: number; extensions: number; applies: () => boolean })[] = [];
  #controller: Dispatcher.DispatchController | null = null;
  #settled = false;
  #startedAt: number | null = null;
  #answeredAt: number | null = null;
  #status: number | null = null;
  #headers: HeaderList = [];
  #body: BodyReader | null = null;

  constructor(request: ExchangeRequest, resolve: (outcome: ExchangeOutcome) => void, reject: (cause: unknown) => void) {
    this.#request = request;
    this.#resolve = resolve;
    this.#reject = reject;
    this.#limit(request.connect, () => this.#controller === null);
    this.#limit(request.total, () => true);
    if (request.headersLimit) this.#limit(request.headersLimit, () => this.#status === null);
    this.#limits.sort((one, other) => one.at - other.at);
    this.#watch();
    request.signal?.addEventListener('abort', this.giveUp);
  }

  /** The caller no longer waits for the response. */
  readonly giveUp = (): void => {
    const { host } = this.#request;
    const may = this.#controller === null ? 'nothing was sent' : `${host} may have received the request anyway`;
    this.#fail('connection_reset', `The caller cancelled before ${host} answered: ${may}.`);
  };

  /** Called when there is a connection to write the request to. */
  onRequestStart(controller: Dispatcher.DispatchController): void {
    if (!this.#settled && this.#request.mayStart?.() === false) this.giveUp();
    this.#controller = controller;
    this.#startedAt = performance.now();
    if (this.#settled) controller.abort(new Error('The request was cancelled before it had a connection.'));
  }

  onResponseStart(controller: Dispatcher.DispatchController, status: number): void {
    // A 1xx response announces the final one (RFC 9110, section 15.2).
    if (this.#settled || status < 200) return;
    this.#status = status;
    this.#answeredAt = performance.now();
    this.#headers = headerList(controller.rawHeaders);
    const encodings = contentEncodings(this.#headers);
    const { host, maxBodyBytes } = this.#request;
    this.#body = readBody(isDecoded(encodings) ? encodings : [], maxBodyBytes, {
      onOverflow: () => this.#fail('response_too_large', tooLarge(host, maxBodyBytes)),
      onCorrupt: () =>
        this.#fail(
          'invalid_response',
          `${host} sent a body that is not valid ${encodings.join(', ')}. Check what compresses it on that server.`,
        ),
    });
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#body && !this.#body.write(chunk, () => controller.resume())) controller.pause();
  }

  onResponseEnd(): void {
    this.#body?.end(() => this.#settle(null));
  }

  onResponseError(_controller: Dispatcher.DispatchController, cause: Error): void {
    if (this.#settled) return;
    try {
      this.#settle(exchangeFailure(cause, this.#request.host));
    } catch (ours) {
      this.#clear();
      this.#reject(ours);
    }
  }

  #limit({ leftMs, limitMs }: Limit, applies: () => boolean): void {
    this.#limits.push({ leftMs, limitMs, at: performance.now() + leftMs, extensions: 0, applies });
  }

  /**
   * One timer at a time, for the next limit: most requests end before the first, and timers cost. A timer that fires
   * late shows that this process stood still. What arrived in the meantime has not been read yet, because timers come
   * before sockets, so the limit is extended: otherwise an answered request would count as failed and be sent again.
   */
  #watch(): void {
    const next = this.#limits.shift();
    if (!next) return;
    this.#timer = setTimeout(
      () => {
        const lateMs = performance.now() - next.at;
        if (lateMs > STALL_MS && next.extensions < MOST_EXTENSIONS) {
          next.extensions += 1;
          next.at += lateMs + READ_AFTER_STALL_MS;
          this.#limits.unshift(next);
        } else if (next.applies()) return this.#fail('timeout', this.#late(seconds(next.limitMs)), this.#lateSide());
        this.#watch();
      },
      Math.max(0, next.at - performance.now()),
    );
  }

  #late(limit: string): string {
    const { host } = this.#request;
    if (this.#controller === null) {
      return `${host} did not accept the connection within ${limit}. Check the host, the port, and any firewall in between.`;
    }
    return this.#status === null
      ? `${host} did not answer within ${limit}. Have the service answer first and do its work afterward.`
      : `${host} did not finish its response within ${limit}. Check the log of the service there.`;
  }

  /** Without a connection, a dead receiver can't be distinguished from a dead network on our side. */
  #lateSide(): FailureSide {
    return this.#controller === null ? 'likely_there' : 'there';
  }

  #fail(code: OutboundFailure['code'], message: string, side: FailureSide = 'there'): void {
    if (this.#settled) return;
    const failure = new OutboundFailure(code, message, undefined, side);
    this.#settle(failure);
    this.#controller?.abort(failure);
  }

  #settle(failure: OutboundFailure | null): void {
    if (this.#settled) return;
    this.#clear();
    this.#resolve({
      failure,
      connected: this.#controller !== null,
      startedAt: this.#startedAt,
      answeredAt: this.#answeredAt,
      status: this.#status,
      headers: this.#headers,
      body: this.#body?.bytes() ?? Buffer.alloc(0),
    });
    this.#body?.stop();
  }

  #clear(): void {
    this.#settled = true;
    clearTimeout(this.#timer);
    this.#request.signal?.removeEventListener('abort', this.giveUp);
  }
}

const tooLarge = (host: string, maxBytes: number): string =>
  `${host} answered with more than ${maxBytes >= 1024 ? `${Math.floor(maxBytes / 1024)} KiB` : `${maxBytes} bytes`}: let it answer with less.`;

/** Names in lower case, in the order in which they came, repeated where they were. */
function headerList(raw: Dispatcher.DispatchController['rawHeaders']): HeaderList {
  if (!Array.isArray(raw)) return [];
  const list: HeaderList = [];
  for (let index = 0; index + 1 < raw.length; index += 2) {
    list.push([text(raw[index]).toLowerCase(), text(raw[index + 1])]);
  }
  return list;
}

/** As UTF-8 where it is that, for many send it; every byte as it is otherwise (RFC 9110, section 5.5). */
function text(value: Buffer | string | undefined): string {
  const bytes = typeof value === 'string' ? Buffer.from(value, 'latin1') : (value ?? Buffer.alloc(0));
  return bytes.toString(isUtf8(bytes) ? 'utf8' : 'latin1');
}
