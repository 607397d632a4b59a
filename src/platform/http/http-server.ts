import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import { securityHeaders } from '#core/http/security-headers.ts';
import type { Logger } from '#platform/log-files/log.ts';
import { type Config, isDevelopment } from '../config.ts';
import { watchForwarded } from './forwarded-warning.ts';
import { isOwnHost } from './own-host.ts';

/** An address that cannot be listened on. The message is one line. */
export class ListenError extends Error {
  override name = 'ListenError';
}

export type HttpServer = {
  server: Server;
  /** Where people open the console. */
  url: string;
  /** From now on, requests go to this listener. */
  answerWith(listener: RequestListener): void;
  /**
   * Takes no new connections, lets the requests in progress end, and hangs up on those that take longer.
   * @param patienceMs how long requests may take to end.
   */
  drain(patienceMs: number): Promise<void>;
};

/** Longer than the 60 s that proxies keep an idle connection, so that they never send into one that we just closed. */
const KEEP_ALIVE_MS = 65_000;

/**
 * Listens immediately, before there is anything to serve, so that a port in use is reported before a long build and no
 * other program takes the port in the meantime.
 * @throws ListenError
 */
export async function listen(config: Config, first: RequestListener, log: Logger): Promise<HttpServer> {
  const { host, port } = config;
  const isHttps = config.publicUrl?.startsWith('https:') ?? false;
  const noteForwarded = watchForwarded(config, log);
  let listener = first;
  let draining = false;
  const options = {
    keepAliveTimeout: KEEP_ALIVE_MS,
    // An upgrade would pass our listener by: only Next's development server has one.
    shouldUpgradeCallback: (request: IncomingMessage) =>
      isDevelopment() && isOwnHost(request.headers.host, config, request.socket.localAddress),
  };
  const server = createServer(options, (request, response) => {
    // Whoever was told that the connection closes gets no further request answered (RFC 9112, section 9.6), nor done.
    if (request.socket.writableEnded) {
      request.socket.destroy();
      return;
    }
    if (draining) response.setHeader('connection', 'close');
    for (const [name, value] of Object.entries(securityHeaders(request.url ?? '', isHttps)))
      response.setHeader(name, value);
    // Handlers get the client's address in a header. A value that the request already has comes from proxies, or is
    // forged.
    noteForwarded(request.headers['x-forwarded-for']);
    request.headers['x-forwarded-for'] = forwardedFor(request.headers['x-forwarded-for'], request.socket.remoteAddress);
    listener(request, response);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(new ListenError(explain(error, host, port))));
    server.listen(port, host, resolve);
  });
  const address = server.address();
  const boundPort = typeof address === 'object' && address ? address.port : port;

  return {
    server,
    url: consoleUrl(config, boundPort),
    answerWith(next) {
      listener = next;
    },
    async drain(patienceMs) {
      draining = true;
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      // A connection that was busy when the server closed is idle after its answer, and would be kept alive.
      const sweep = setInterval(() => server.closeIdleConnections(), 50);
      const giveUp = setTimeout(() => server.closeAllConnections(), patienceMs);
      await closed;
      clearInterval(sweep);
      clearTimeout(giveUp);
    },
  };
}

function forwardedFor(given: string | string[] | undefined, peer: string | undefined): string {
  return [given, peer].flat().filter(Boolean).join(', ');
}

/** Where people open the console. */
export function consoleUrl({ publicUrl, host, port }: Config, boundPort = port): string {
  return publicUrl ?? `http://${readableHost(host)}:${boundPort}`;
}

function readableHost(host: string): string {
  if (host === '0.0.0.0' || host === '::') return 'localhost';
  return host.includes(':') ? `[${host}]` : host;
}

function explain({ code, message }: NodeJS.ErrnoException, host: string, port: number): string {
  switch (code) {
    case 'EADDRINUSE':
      return `Port ${port} on ${host} is already in use. Stop the program that is using it, or set PORT to a free port.`;
    case 'EACCES':
      return `This user may not listen on port ${port} of ${host}. Set PORT to 1024 or higher.`;
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `HOST is "${host}", which is not an address of this machine. Set it to 127.0.0.1, or to 0.0.0.0 for all addresses.`;
    default:
      return `The console cannot listen on ${host}:${port} (${message}). Set HOST and PORT to an address of this machine.`;
  }
}
