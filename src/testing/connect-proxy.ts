import { createServer } from 'node:http';
import { connect, type Socket } from 'node:net';
import { portOf } from './receivers.ts';

export type ConnectProxy = AsyncDisposable & {
  url: string;
  /** The `host:port` of each CONNECT, oldest first. */
  asked: string[];
  authorizations: (string | undefined)[];
  close(): Promise<void>;
};

/**
 * A real CONNECT proxy on loopback. Whatever address it is asked for, its network leads to the given local port: so a
 * test can stand in the place of a public address.
 * @param refuseWith the status to refuse every CONNECT with.
 */
export async function startConnectProxy(leadsToPort: number, refuseWith?: number): Promise<ConnectProxy> {
  const asked: string[] = [];
  const authorizations: (string | undefined)[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((_request, response) => response.writeHead(405).end());
  server.on('connection', (socket) => sockets.add(socket));
  server.on('connect', (request, client: Socket) => {
    asked.push(request.url ?? '');
    authorizations.push(request.headers['proxy-authorization']);
    client.on('error', () => client.destroy());
    if (refuseWith) {
      client.end(`HTTP/1.1 ${refuseWith} Refused\r\n\r\n`);
      return;
    }
    const upstream = connect(leadsToPort, '127.0.0.1', () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n');
      client.pipe(upstream).pipe(client);
    });
    sockets.add(upstream);
    upstream.on('error', () => client.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = async () => {
    const closed = new Promise((resolve) => server.close(resolve));
    for (const socket of sockets) socket.destroy();
    await closed;
  };
  return { url: `http://127.0.0.1:${portOf(server)}`, asked, authorizations, close, [Symbol.asyncDispose]: close };
}
