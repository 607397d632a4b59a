import type { AllowList } from '#core/public-address.ts';
import { createDialler, type DialOptions } from './outbound-dial.ts';
import { type ExchangeOutcome, exchange, type HeaderList } from './outbound-exchange.ts';
import type { OutboundErrorCode, OutboundFailure } from './outbound-failure.ts';
import { createPools } from './outbound-pools.ts';
import { checkTarget, type Resolve, resolveBySystem } from './outbound-target.ts';

/** One request to a URL that a user gave. */
export type OutboundRequest = {
  url: string;
  method: string;
  headers?: Record<string, string>;
  body?: string | Buffer;
  /** What this caller may reach although it is private. */
  allow: AllowList;
  /** From the look-up of the name to a connection, TLS included. At most 10 s. */
  connectTimeoutMs?: number;
  /** To the answer's headers; unset, the total alone counts. */
  headersTimeoutMs?: number;
  /** To the end of the body. */
  totalTimeoutMs?: number;
  /** Of the decoded body. */
  maxBodyBytes?: number;
};

/** An answer with any status is `ok`; what it means is the caller's to say. `headers` have names in lower case. */
export type OutboundResult =
  | {
      ok: true;
      status: number;
      headers: HeaderList;
      body: Buffer;
      duration_ms: number;
      remote_address: string;
    }
  | {
      ok: false;
      /** Null when no answer had begun. Else there are headers, and what was read of the body. */
      status: number | null;
      headers?: HeaderList;
      body?: Buffer;
      duration_ms: number;
      error: { code: OutboundErrorCode; message: string };
    };

export type OutboundHttp = {
  /**
   * Sends a request once, follows no redirect, and never throws for what the other side does.
   * @throws for a request that HTTP does not allow, such as a header with a line break.
   */
  send(request: OutboundRequest): Promise<OutboundResult>;
  /** Ends every connection; a send that is under way ends as a `connection_reset`. */
  close(): Promise<void>;
};

const CONNECT_TIMEOUT_MS = 5_000;
const TOTAL_TIMEOUT_MS = 30_000;
const MAX_BODY_BYTES = 1024 * 1024;

/**
 * The only way out of this process to an address that a user gave. Each send looks the name up once, checks every
 * address and connects to a checked one, on a kept-alive connection to it where there is one.
 * @param resolve how names are looked up; by the system when left out.
 */
export function createOutboundHttp({
  resolve = resolveBySystem,
  ...dial
}: DialOptions & { resolve?: Resolve }): OutboundHttp {
  const dialler = createDialler(dial);
  const pools = createPools(dialler);
  return {
    async send(request) {
      const started = performance.now();
      const since = () => performance.now() - started;
      const { connectTimeoutMs = CONNECT_TIMEOUT_MS, headersTimeoutMs, totalTimeoutMs = TOTAL_TIMEOUT_MS } = request;
      const lookUpMs = Math.min(connectTimeoutMs, totalTimeoutMs);
      const check = await checkTarget(request.url, request.allow, resolve, lookUpMs);
      if (!check.ok) return refused(check.failure, since());
      const { target } = check;
      const addresses = pools.inOrder(target);
      for (const [index, address] of addresses.entries()) {
        const isLast = index === addresses.length - 1;
        const connectLeftMs = (connectTimeoutMs - since()) / (addresses.length - index);
        const outcome = await exchange(pools.get(target, address), {
          host: target.url.host,
          origin: target.url.origin,
          path: target.url.pathname + target.url.search,
          method: request.method,
          headers: request.headers ?? {},
          body: request.body ?? null,
          maxBodyBytes: request.maxBodyBytes ?? MAX_BODY_BYTES,
          connect: { leftMs: connectLeftMs, limitMs: connectTimeoutMs },
          headersLimit: headersTimeoutMs ? { leftMs: headersTimeoutMs - since(), limitMs: headersTimeoutMs } : null,
          total: { leftMs: totalTimeoutMs - since(), limitMs: totalTimeoutMs },
        });
        if (!tookNoConnection(outcome)) return toResult(outcome, since(), address);
        pools.forget(target, address);
        if (isLast || since() >= totalTimeoutMs) return toResult(outcome, since(), address);
      }
      throw new Error('A checked target has an address.');
    },

    async close() {
      await Promise.all([pools.close(), dialler.close()]);
    },
  };
}

/** Then nothing was sent, and the next address may be tried. */
const tookNoConnection = ({ connected, failure }: ExchangeOutcome): boolean =>
  !connected && (failure?.code === 'connection_refused' || failure?.code === 'timeout');

function refused({ code, message }: OutboundFailure, ms: number): OutboundResult {
  return { ok: false, status: null, duration_ms: Math.round(ms), error: { code, message } };
}

function toResult(outcome: ExchangeOutcome, ms: number, remote_address: string): OutboundResult {
  const { failure, status, headers, body } = outcome;
  const duration_ms = Math.round(ms);
  if (status === null) {
    if (!failure) throw new Error('An exchange ended without an answer and without a failure.');
    return refused(failure, ms);
  }
  if (!failure) return { ok: true, status, headers, body, duration_ms, remote_address };
  const { code, message } = failure;
  return { ok: false, status, headers, body, duration_ms, error: { code, message } };
}
