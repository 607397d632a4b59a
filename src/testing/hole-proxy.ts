import { createConnection, createServer, type Socket } from 'node:net';
import { portOf } from './receivers.ts';

/** Whose packets vanish: also those of connections that are made in it. */
export type Hole = 'none' | 'both' | 'to_server' | 'to_client';

export type HoleProxy = AsyncDisposable & {
  /** The address of the same server, through the proxy. */
  through(connectionString: string): string;
  /** Begins a hole. */
  open(hole: Hole): void;
  /** How many packets the hole has swallowed. */
  swallowed(): number;
  /**
   * Ends the hole. A connection that lost a packet stays dead that way, without a word.
   * @param forget whether all that were there are dead, as where a firewall has forgotten them.
   */
  heal(options?: { forget: boolean }): void;
};

type Way = 'to_server' | 'to_client';

/** A TCP proxy in front of PostgreSQL that can swallow bytes: nobody is told, neither by a reset nor by an end. */
export async function startHoleProxy(connectionString: string): Promise<HoleProxy> {
  const { hostname, port } = new URL(connectionString);
  let hole: Hole = 'none';
  let swallowed = 0;
  const sockets = new Set<Socket>();
  const connections = new Set<Set<Way>>();
  const server = createServer((client) => {
    const dead = new Set<Way>();
    connections.add(dead);
    const upstream = createConnection({ host: hostname, port: Number(port) });
    const passes = (way: Way): boolean => {
      if (!dead.has(way) && hole !== 'both' && hole !== way) return true;
      dead.add(way);
      swallowed += 1;
      return false;
    };
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => sockets.delete(socket));
    }
    client.on('data', (bytes) => {
      if (passes('to_server')) upstream.write(bytes);
    });
    upstream.on('data', (bytes) => {
      if (passes('to_client')) client.write(bytes);
    });
    // An end is a packet too.
    client.on('close', () => {
      connections.delete(dead);
      if (passes('to_server')) upstream.destroy();
    });
    upstream.on('close', () => {
      if (passes('to_client')) client.destroy();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    through(original) {
      const url = new URL(original);
      url.hostname = '127.0.0.1';
      url.port = String(portOf(server));
      return url.href;
    },
    open(next) {
      hole = next;
    },
    swallowed: () => swallowed,
    heal({ forget } = { forget: false }) {
      hole = 'none';
      if (forget) for (const dead of connections) for (const way of ['to_server', 'to_client'] as const) dead.add(way);
    },
    async [Symbol.asyncDispose]() {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
