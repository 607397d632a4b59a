import { createServer, type Socket } from 'node:net';
import { portOf } from './receivers.ts';

export type LineReceiver = AsyncDisposable & {
  port: number;
  /** The lines that have come in, without their line feeds, of all connections. */
  lines: string[];
};

/** A real TCP server on loopback that takes lines, as a SIEM's input does. @param port 0 for a free one. */
export async function startLineReceiver(port = 0): Promise<LineReceiver> {
  const lines: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    let rest = '';
    socket.setEncoding('utf8').on('data', (text: string) => {
      const parts = (rest + text).split('\n');
      rest = parts.pop() ?? '';
      lines.push(...parts);
    });
    socket.on('error', () => socket.destroy());
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, '127.0.0.1', resolve));
  return {
    port: portOf(server),
    lines,
    async [Symbol.asyncDispose]() {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
