import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { Server as SocketServer } from 'node:net';
import type { Certificate } from './certificate.ts';

type ReceivedRequest = {
  method: string;
  path: string;
  headers: IncomingMessage['headers'];
  body: string;
  /** The name that the client asked for in its TLS greeting; null over plain http or for an address. */
  servername: string | null;
};

/** What a receiver does once it has read a request. */
export type Answer = (response: ServerResponse, request: ReceivedRequest) => void;

export type Receiver = AsyncDisposable & {
  /** Without a slash at the end. */
  url: string;
  port: number;
  /** What has come in, oldest first. */
  requests: ReceivedRequest[];
  /** How many connections were opened to it. */
  connections(): number;
  /** How many of them are open still. */
  openConnections(): Promise<number>;
  /** From now on, answer like this. */
  answerWith(answer: Answer): void;
  close(): Promise<void>;
};

/** A real HTTP server on a free loopback port, or with a certificate an HTTPS one, that records what comes in. */
export async function startReceiver(
  answer: Answer = (response) => response.writeHead(200, { 'content-type': 'application/json' }).end('{"ok":true}'),
  { host = '127.0.0.1', certificate }: { host?: string; certificate?: Certificate } = {},
): Promise<Receiver> {
  const requests: ReceivedRequest[] = [];
  let current = answer;
  const receive = async (incoming: IncomingMessage, response: ServerResponse) => {
    let body = '';
    for await (const chunk of incoming.setEncoding('utf8')) body += String(chunk);
    const servername = 'servername' in incoming.socket ? incoming.socket.servername : null;
    const request: ReceivedRequest = {
      method: incoming.method ?? '',
      path: incoming.url ?? '',
      headers: incoming.headers,
      body,
      servername: typeof servername === 'string' ? servername : null,
    };
    requests.push(request);
    current(response, request);
  };
  const listener = (incoming: IncomingMessage, response: ServerResponse) => {
    receive(incoming, response).catch(() => response.destroy());
  };
  const server: Server = certificate ? createTlsServer(certificate, listener) : createServer(listener);
  let connections = 0;
  server.on('connection', () => {
    connections += 1;
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, host, resolve));
  const port = portOf(server);
  const close = async () => {
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
  };
  return {
    url: `${certificate ? 'https' : 'http'}://${host.includes(':') ? `[${host}]` : host}:${port}`,
    port,
    requests,
    connections: () => connections,
    openConnections: () =>
      new Promise((resolve, reject) =>
        server.getConnections((error, count) => (error ? reject(error) : resolve(count))),
      ),
    answerWith(next) {
      current = next;
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** The port that a server listens on. */
export function portOf(server: SocketServer): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server listens on no port.');
  return address.port;
}

/** A loopback port that nothing listens on. */
export async function closedPort(): Promise<number> {
  const receiver = await startReceiver();
  await receiver.close();
  return receiver.port;
}
