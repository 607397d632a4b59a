import { isIP, type Socket } from 'node:net';
import { buildConnector, Pool } from 'undici';
import { bypassesProxy } from '#core/no-proxy.ts';
import { dialFailure, OutboundFailure } from './outbound-failure.ts';
import type { Target } from './outbound-target.ts';

/** How long a connection may be in the making when nobody waits for it any more. */
const MOST_CONNECT_MS = 10_000;

export type DialOptions = {
  httpsProxy?: string | undefined;
  noProxy?: string | undefined;
  /** PEM, instead of the authorities that Node trusts. */
  trustedCertificates?: string[] | undefined;
};

export type Dialler = {
  /** Connects to the checked address alone; SNI, the certificate's name and Host stay the URL's. */
  connectorFor(target: Pick<Target, 'url' | 'hostname'>, address: string): buildConnector.connector;
  close(): Promise<void>;
};

/** Makes connections to addresses that were checked: directly, or for https by a proxy that is asked to CONNECT. */
export function createDialler({ httpsProxy, noProxy = '', trustedCertificates }: DialOptions): Dialler {
  const options = { allowH2: false, timeout: MOST_CONNECT_MS, ...(trustedCertificates && { ca: trustedCertificates }) };
  const direct = buildConnector(options);
  const proxy = httpsProxy ? openProxy(new URL(httpsProxy), options) : null;
  return {
    connectorFor({ url, hostname }, address) {
      const https = url.protocol === 'https:';
      const port = url.port || (https ? '443' : '80');
      const servername = https && isIP(hostname) === 0 ? hostname.replace(/\.$/, '') : undefined;
      const peer = { protocol: url.protocol, host: url.host, hostname: address, port, servername };
      const viaProxy = https && proxy && !bypassesProxy(noProxy, hostname, Number(port), address) ? proxy : null;
      const failed = (cause: unknown) =>
        cause instanceof OutboundFailure ? cause : dialFailure(cause, url.host, https);
      return (_options, callback) => {
        const connect = (httpSocket?: Socket) =>
          direct({ ...peer, ...(httpSocket && { httpSocket }) }, (...[cause, socket]) =>
            cause ? callback(failed(cause), null) : callback(null, socket),
          );
        if (!viaProxy) return connect();
        viaProxy.tunnel(address, port).then(connect, (cause: unknown) => callback(failed(cause), null));
      };
    },
    close: async () => proxy?.close(),
  };
}

function openProxy(proxy: URL, options: buildConnector.BuildOptions) {
  const pool = new Pool(proxy.origin, { connect: buildConnector(options) });
  const { username, password } = proxy;
  const credentials = Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`).toString('base64');
  const headers = username || password ? { 'proxy-authorization': `Basic ${credentials}` } : {};
  return {
    /** RFC 9110, section 9.3.6. */
    async tunnel(address: string, port: string): Promise<Socket> {
      const path = `${isIP(address) === 6 ? `[${address}]` : address}:${port}`;
      const signal = AbortSignal.timeout(MOST_CONNECT_MS);
      const answer = await pool
        .connect({ path, headers: { host: path, ...headers }, signal })
        .catch((cause: unknown) => {
          throw new OutboundFailure(
            'connection_refused',
            `The proxy ${proxy.host} cannot be used (${cause instanceof Error ? cause.message : 'unknown'}): check HTTPS_PROXY.`,
            cause,
          );
        });
      if (answer.statusCode >= 200 && answer.statusCode < 300) return answer.socket as Socket;
      answer.socket.on('error', () => {}).destroy();
      const message = `The proxy ${proxy.host} answered ${answer.statusCode} when asked to connect to ${path}: check its rules and HTTPS_PROXY.`;
      throw new OutboundFailure('connection_refused', message);
    },
    close: () => pool.destroy(),
  };
}
