import { Agent, getGlobalDispatcher, setGlobalDispatcher } from 'undici';
import type { AllowList, Judgement } from '#core/net/public-address.ts';
import { type ConnectionTimes, createDialler, type DialOptions } from './dial.ts';
import { type ExchangeOutcome, exchange, type HeaderList } from './exchange.ts';
import type { FailureSide, OutboundErrorCode, OutboundFailure } from './failure.ts';
import { createPools } from './pools.ts';
import { checkTarget, type Resolve, resolveBySystem } from './target.ts';

export type { FailureSide } from './failure.ts';
export { refusedPort } from './target.ts';

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
  /**
   * Asked right before the request is written to its connection: false gives it up, and nothing of it was sent.
   */
  mayStart?: () => boolean;
  /** Gives the request up, which ends as a `connection_reset`: the other side may have it already. */
  signal?: AbortSignal;
};

/** What a send's time went into, in milliseconds; null for what it did not come to, or found done. */
export type OutboundTimings = {
  dns_ms: number | null;
  connect_ms: number | null;
  tls_ms: number | null;
  /** From the request's start on its connection to the answer's headers. */
  first_byte_ms: number | null;
};

/** An answer with any status is `ok`; what it means is the caller's to say. `headers` have names in lower case. */
export type OutboundResult =
  | {
      ok: true;
      status: number;
      headers: HeaderList;
      body: Buffer;
      duration_ms: number;
      timings: OutboundTimings;
      remote_address: string;
    }
  | {
      ok: false;
      /** Null when no answer had begun. Else there are headers, and what was read of the body. */
      status: number | null;
      headers?: HeaderList;
      body?: Buffer;
      duration_ms: number;
      timings: OutboundTimings;
      /** The address that was tried last; null when none was. */
      remote_address: string | null;
      error: { code: OutboundErrorCode; message: string };
      side: FailureSide;
    };

/** `message` says why it is refused, and what to do. */
export type OutboundVerdict = { host: string; addresses: Judgement[] } & (
  | { allowed: true }
  | { allowed: false; code: OutboundErrorCode; message: string }
);

export type OutboundHttp = {
  /**
   * Sends a request once, follows no redirect, and never throws for what the other side does.
   * @throws for a request that HTTP does not allow, such as a header with a line break.
   */
  send(request: OutboundRequest): Promise<OutboundResult>;
  /** What `send` would decide about a URL, without sending: the host name is looked up and every address is checked. */
  check(url: string, allow: AllowList): Promise<OutboundVerdict>;
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
      const dns_ms = Math.round(since());
      if (!check.ok) return refused(check.failure, since(), { ...NO_TIMINGS, dns_ms });
      const { target } = check;
      const addresses = pools.inOrder(target);
      for (const [index, address] of addresses.entries()) {
        const isLast = index === addresses.length - 1;
        const dialledAt = performance.now();
        const connectLeftMs = (connectTimeoutMs - since()) / (addresses.length - index);
        const outcome = await exchange(pools.get(target, address), {
          host: target.host,
          origin: target.origin,
          path: target.path,
          method: request.method,
          headers: request.headers ?? {},
          body: request.body ?? null,
          maxBodyBytes: request.maxBodyBytes ?? MAX_BODY_BYTES,
          connect: { leftMs: connectLeftMs, limitMs: connectTimeoutMs },
          headersLimit: headersTimeoutMs ? { leftMs: headersTimeoutMs - since(), limitMs: headersTimeoutMs } : null,
          total: { leftMs: totalTimeoutMs - since(), limitMs: totalTimeoutMs },
          signal: request.signal ?? null,
          mayStart: request.mayStart ?? null,
        });
        const takesNone = tookNoConnection(outcome);
        if (!takesNone || isLast || since() >= totalTimeoutMs) {
          const until = outcome.startedAt ?? performance.now();
          const made = pools.connectedBetween(target, address, dialledAt, until);
          if (takesNone) pools.forget(target, address);
          const timings = { dns_ms, ...phasesOf(outcome, dialledAt, made) };
          return toResult(outcome, since(), timings, address);
        }
        pools.forget(target, address);
      }
      throw new Error('A checked target has an address.');
    },

    async check(url, allow) {
      const { host, addresses, ...check } = await checkTarget(url, allow, resolve, CONNECT_TIMEOUT_MS);
      if (check.ok) return { host, addresses, allowed: true };
      return { host, addresses, allowed: false, code: check.failure.code, message: check.failure.message };
    },

    async close() {
      await Promise.all([pools.close(), dialler.close()]);
    },
  };
}

/** Then nothing was sent, and the next address may be tried. */
const tookNoConnection = ({ connected, failure }: ExchangeOutcome): boolean =>
  !connected && (failure?.code === 'connection_refused' || failure?.code === 'timeout');

const NO_TIMINGS: OutboundTimings = { dns_ms: null, connect_ms: null, tls_ms: null, first_byte_ms: null };

/** Without a connection, the whole wait was for one. */
function phasesOf(
  { startedAt, answeredAt }: ExchangeOutcome,
  dialledAt: number,
  made: ConnectionTimes | null,
): Omit<OutboundTimings, 'dns_ms'> {
  const rounded = (ms: number | null) => (ms === null ? null : Math.round(ms));
  return {
    connect_ms: rounded(startedAt === null ? performance.now() - dialledAt : (made?.connect_ms ?? null)),
    tls_ms: rounded(made?.tls_ms ?? null),
    first_byte_ms: rounded(startedAt === null || answeredAt === null ? null : answeredAt - startedAt),
  };
}

function refused(
  { code, message, side }: OutboundFailure,
  ms: number,
  timings: OutboundTimings,
  remote_address: string | null = null,
): OutboundResult {
  return {
    ok: false,
    status: null,
    duration_ms: Math.round(ms),
    timings,
    remote_address,
    error: { code, message },
    side,
  };
}

function toResult(
  outcome: ExchangeOutcome,
  ms: number,
  timings: OutboundTimings,
  remote_address: string,
): OutboundResult {
  const { failure, status, headers, body } = outcome;
  const duration_ms = Math.round(ms);
  if (status === null) {
    if (!failure) throw new Error('An exchange ended without a response and without a failure.');
    return refused(failure, ms, timings, remote_address);
  }
  if (!failure) return { ok: true, status, headers, body, duration_ms, timings, remote_address };
  const { code, message, side } = failure;
  return { ok: false, status, headers, body, duration_ms, timings, remote_address, error: { code, message }, side };
}

/**
 * Leads the `fetch` of this process through HTTPS_PROXY, past it where NO_PROXY says so. The sign-in library asks the
 * provider with it (discovery, keys, token, user info), and takes no other.
 * @returns what ends it: then `fetch` is as before.
 */
export function openOutboundFetch(options: DialOptions): { close(): Promise<void> } {
  if (!options.httpsProxy) return { close: async () => {} };
  const dialler = createDialler(options);
  const before = getGlobalDispatcher();
  const agent = new Agent({ connect: dialler.byName });
  setGlobalDispatcher(agent);
  return {
    async close() {
      if (getGlobalDispatcher() === agent) setGlobalDispatcher(before);
      await agent.destroy();
      await dialler.close();
    },
  };
}
