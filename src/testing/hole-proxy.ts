import { createConnection, createServer, type Socket } from 'node:net';
import { portOf } from './receivers.ts';

/** Which packets a hole in the network swallows. */
export type Hole = 'none' | 'both' | 'to_server' | 'to_client';

export type HoleProxy = AsyncDisposable & {
  /** The address of the same server, through the proxy. */
  through(connectionString: string): string;
  /** From now on bytes of that direction vanish, and new connections hang in a hole of both. */
  set(hole: Hole): void;
  /** Ends the hole. Connections that were there stay dead without a word, as where a firewall has forgotten them. */
  heal(): void;
  /** How many connections were made in all. */
  accepted(): number;
};

/** A TCP proxy in front of PostgreSQL that can swallow bytes: nobody is told, neither by a reset nor by an end. */
export async function startHoleProxy(connectionString: string): Promise<HoleProxy> {
  const { hostname, port } = new URL(connectionString);
  let hole: Hole = 'none';
  let accepted = 0;
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    accepted += 1;
    // What was made before or in a hole never works again.
    const born = generation;
    const upstream = createConnection({ host: hostname, port: Number(port) });
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => sockets.delete(socket));
    }
    const isSwallowed = (way: Hole) => born !== generation || hole === 'both' || hole === way;
    client.on('data', (bytes) => {
      if (!isSwallowed('to_server')) upstream.write(bytes);
    });
    upstream.on('data', (bytes) => {
      if (!isSwallowed('to_client')) client.write(bytes);
    });
    client.on('close', () => {
      // Also an end is a packet.
      if (!isSwallowed('to_server')) upstream.destroy();
    });
    upstream.on('close', () => {
      if (!isSwallowed('to_client')) client.destroy();
    });
  });
  let generation = 0;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    through(original) {
      const url = new URL(original);
      url.hostname = '127.0.0.1';
      url.port = String(portOf(server));
      return url.href;
    },
    set(next) {
      hole = next;
    },
    heal() {
      generation += 1;
      hole = 'none';
    },
    accepted: () => accepted,
    async [Symbol.asyncDispose]() {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
