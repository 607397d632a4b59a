import { createServer, type RequestListener } from 'node:http';
import { fetchListener } from '#platform/fetch-listener.ts';
import { portOf } from './receivers.ts';

export type FetchServer = AsyncDisposable & { url: string };

/** A real HTTP server in front of handlers that take a `Request`, through the console's own bridge. */
export const startFetchServer = (handle: (request: Request) => Promise<Response>): Promise<FetchServer> =>
  startListener(fetchListener(handle, (error) => console.error(error)));

/** The same in front of what listens to Node's own requests. */
export async function startListener(listener: RequestListener): Promise<FetchServer> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${portOf(server)}`,
    async [Symbol.asyncDispose]() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}
