import { connect, createServer, type Socket } from 'node:net';

/**
 * `answer`: the server is done and has answered, and nobody hears it. `request`: the server never sees the message.
 * `sender`: the server gets the message, and the sender's connection is gone before the work is done.
 */
type Lost = 'answer' | 'request' | 'sender';

export type CuttingProxy = AsyncDisposable & {
  /** The database's address through the proxy. */
  connectionString: string;
  /**
   * The next message that holds this text breaks its connection.
   * @returns when it was cut.
   */
  cutAt(text: string, lost: Lost): Promise<void>;
  close(): Promise<void>;
};

const READY_FOR_QUERY = 'Z'.charCodeAt(0);

/** A TCP proxy before PostgreSQL that loses an answer, as a network does between a commit and its confirmation. */
export async function startCuttingProxy(databaseUrl: string): Promise<CuttingProxy> {
  const target = new URL(databaseUrl);
  const sockets = new Set<Socket>();
  let armed: { text: string; lost: Lost; cut: () => void } | undefined;

  const server = createServer((client) => {
    const upstream = connect(Number(target.port), target.hostname);
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => sockets.delete(socket));
    }
    let dropping: (() => void) | undefined;
    client.on('data', (chunk) => {
      if (!armed || !chunk.includes(armed.text)) {
        upstream.write(chunk);
        return;
      }
      const { lost, cut } = armed;
      armed = undefined;
      const end = () => {
        client.destroy();
        cut();
      };
      if (lost === 'request') {
        // The server process is left behind, as where a network drops packets: it does not see the connection end.
        end();
        return;
      }
      upstream.write(chunk);
      if (lost === 'sender') end();
      else dropping = end;
    });
    upstream.on('data', (chunk) => {
      if (!dropping) client.write(chunk);
      else if (chunk.at(-6) === READY_FOR_QUERY) dropping();
    });
    client.on('end', () => upstream.end());
    upstream.on('close', () => client.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (typeof address !== 'object' || !address) throw new Error('The proxy has no port.');
  const url = new URL(databaseUrl);
  url.hostname = '127.0.0.1';
  url.port = String(address.port);
  const close = async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  };
  return {
    connectionString: url.href,
    cutAt: (text, lost) =>
      new Promise((cut) => {
        armed = { text, lost, cut };
      }),
    close,
    [Symbol.asyncDispose]: close,
  };
}
