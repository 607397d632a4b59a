import { createServer, type RequestListener, type ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { portOf } from './receivers.ts';

export type FetchServer = AsyncDisposable & { url: string };

type Handle = (request: Request) => Promise<Response>;

/** A real HTTP server in front of handlers that take a `Request`, as Next's routes are served: who leaves aborts it. */
export const startFetchServer = (handle: Handle): Promise<FetchServer> => startListener(fetchListener(handle));

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

export const fetchListener =
  (handle: Handle): RequestListener =>
  (incoming, outgoing) => {
    const gone = new AbortController();
    outgoing.on('close', () => {
      if (!outgoing.writableFinished) gone.abort();
    });
    const hasBody = incoming.method !== 'GET' && incoming.method !== 'HEAD';
    const request = new Request(`http://${incoming.headers.host}${incoming.url}`, {
      method: incoming.method ?? 'GET',
      headers: Object.entries(incoming.headersDistinct).flatMap(([name, values = []]) =>
        values.map((value): [string, string] => [name, value]),
      ),
      signal: gone.signal,
      ...(hasBody && { body: Readable.toWeb(incoming) as unknown as ReadableStream, duplex: 'half' }),
    });
    answer(handle(request), outgoing).catch(() => outgoing.destroy());
  };

async function answer(answering: Promise<Response>, outgoing: ServerResponse): Promise<void> {
  const response = await answering;
  outgoing.writeHead(response.status, Object.fromEntries(response.headers));
  for await (const chunk of response.body ?? []) outgoing.write(chunk);
  outgoing.end();
}
