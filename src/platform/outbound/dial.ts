import { lookup } from 'node:dns';
import { isIP, Socket } from 'node:net';
import { unescape as decodePercent } from 'node:querystring';
import { buildConnector, Pool } from 'undici';
import { bypassesProxy } from '#core/net/no-proxy.ts';
import { dialFailure, type FailureSide, OutboundFailure } from './failure.ts';
import { skipContinue } from './socket.ts';
import type { Parts } from './target.ts';

/** How long a connection attempt may continue after nobody waits for it anymore. */
const MOST_CONNECT_MS = 10_000;

export type DialOptions = {
  httpsProxy?: string | undefined;
  noProxy?: string | undefined;
  /** PEM, instead of the authorities that Node trusts. */
  trustedCertificates?: string[] | undefined;
};

/** How long a connection took to make, in milliseconds, and when it was there (`performance.now()`). */
export type ConnectionTimes = { at: number; connect_ms: number; tls_ms: number | null };

export type Dialler = {
  /** Connects to the checked address alone; SNI, the certificate's name and Host stay the URL's. */
  connectorFor(
    target: Parts,
    address: string,
    onConnected?: (times: ConnectionTimes) => void,
  ): buildConnector.connector;
  /** Connects to an address from the configuration. Any address is allowed, and a proxy gets it by name. */
  byName: buildConnector.connector;
  close(): Promise<void>;
};

/** Makes connections to addresses that were checked: directly, or for https by a proxy that is asked to CONNECT. */
export function createDialler({ httpsProxy, noProxy = '', trustedCertificates }: DialOptions): Dialler {
  const options = { allowH2: false, timeout: MOST_CONNECT_MS, ...(trustedCertificates && { ca: trustedCertificates }) };
  const direct = buildConnector(options);
  const proxy = httpsProxy ? openProxy(new URL(httpsProxy), options) : null;
  return {
    connectorFor({ protocol, host, port: given, hostname }, address, onConnected) {
      const https = protocol === 'https:';
      const port = given || (https ? '443' : '80');
      const servername = https && isIP(hostname) === 0 ? hostname.replace(/\.$/, '') : undefined;
      const peer = { protocol, host, hostname: address, port, servername };
      const viaProxy = https && proxy && !bypassesProxy(noProxy, hostname, Number(port), address) ? proxy : null;
      return (_options, callback) => {
        const begun = performance.now();
        const connect = (httpSocket?: Socket) => {
          let connectedAt = httpSocket ? performance.now() : null;
          const made: unknown = direct({ ...peer, ...(httpSocket && { httpSocket }) }, (...[cause, socket]) => {
            if (cause) return callback(dialFailure(cause, host, https), null);
            const at = performance.now();
            const reachedAt = connectedAt ?? at;
            onConnected?.({ at, connect_ms: reachedAt - begun, tls_ms: https ? at - reachedAt : null });
            return callback(null, skipContinue(socket));
          });
          if (https && connectedAt === null && made instanceof Socket)
            made.once('connect', () => {
              connectedAt = performance.now();
            });
        };
        if (!viaProxy) return connect();
        viaProxy.tunnel(address, port, (failure, socket) => (failure ? callback(failure, null) : connect(socket)));
      };
    },
    byName(options, callback) {
      const { protocol, hostname, port: given } = options;
      const port = given || (protocol === 'https:' ? '443' : '80');
      const connect = (httpSocket?: Socket) => {
        direct({ ...options, ...(httpSocket && { httpSocket }) }, callback);
      };
      const name = hostname.replace(/^\[|\]$/g, '').toLowerCase();
      if (!proxy || protocol !== 'https:') connect();
      // If the name doesn't resolve on this machine, NO_PROXY's networks don't count: some installations resolve
      // outside names only at the proxy.
      else
        lookup(name, (failure, found) => {
          const address = failure ? '' : found;
          if (bypassesProxy(noProxy, name, Number(port), address)) connect();
          else
            proxy.tunnel(name, port, (refused, socket) => {
              if (refused) callback(refused, null);
              else connect(socket);
            });
        });
    },
    close: async () => proxy?.close(),
  };
}

function openProxy(proxy: URL, options: buildConnector.BuildOptions) {
  const pool = new Pool(proxy.origin, { connect: buildConnector(options) });
  const { username, password } = proxy;
  const credentials = Buffer.from(`${decodePercent(username)}:${decodePercent(password)}`).toString('base64');
  const headers = username || password ? { 'proxy-authorization': `Basic ${credentials}` } : {};
  return {
    /** RFC 9110, section 9.3.6. */
    tunnel(address: string, port: string, done: (failure: OutboundFailure | null, socket?: Socket) => void): void {
      const path = `${isIP(address) === 6 ? `[${address}]` : address}:${port}`;
      const signal = AbortSignal.timeout(MOST_CONNECT_MS);
      const fail = (message: string, side: FailureSide, cause?: unknown) =>
        done(new OutboundFailure('connection_refused', `The proxy ${proxy.host} ${message}.`, cause, side));
      pool.connect({ path, headers: { host: path, ...headers }, signal }, (cause, answer) => {
        if (cause) return fail(`can't be used (${cause.message}). Check HTTPS_PROXY`, 'here', cause);
        const { statusCode, socket } = answer;
        if (statusCode >= 200 && statusCode < 300 && socket instanceof Socket) return done(null, socket);
        socket.on('error', () => {}).destroy();
        // 5xx: the proxy could not reach the receiver, or anything else. Other statuses mean that it refuses our
        // request.
        const side = statusCode >= 500 ? 'likely_there' : 'here';
        return fail(`answered ${statusCode} when asked to connect to ${path}. Check its rules and HTTPS_PROXY`, side);
      });
    },
    close: () => pool.destroy(),
  };
}
