import type { RequestListener } from 'node:http';
import type { HttpServer } from './http-server.ts';
import type { Logger } from './log.ts';

export type NextPages = { listener: RequestListener; close(): Promise<void> };

/**
 * Loads Next with the built pages, or with `dev` as its development server. Next is imported here and not before: it
 * takes a third of a second, which passes while PostgreSQL starts.
 */
export async function openNextPages(
  projectDir: string,
  dev: boolean,
  { server, url }: HttpServer,
  log: Logger,
): Promise<NextPages> {
  const { default: createNext } = await import('next');
  const { hostname, port } = new URL(url);
  const app = createNext({ dev, dir: projectDir, hostname, port: Number(port) || undefined, httpServer: server });
  await app.prepare();
  const handle = app.getRequestHandler();
  return {
    listener(request, response) {
      handle(request, response).catch((error: unknown) => {
        log.error({ err: error, path: request.url?.split('?', 1)[0] }, 'A page could not be answered');
        if (!response.headersSent) response.writeHead(500);
        response.end();
      });
    },
    close: () => app.close(),
  };
}
