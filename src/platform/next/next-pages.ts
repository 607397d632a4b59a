import type { RequestListener } from 'node:http';
import { createRequire } from 'node:module';
import type { HttpServer } from '#platform/http/http-server.ts';
import { createFailureLog } from '#platform/log-files/failure-log.ts';
import type { Logger } from '#platform/log-files/log.ts';
import { prepareEnvironmentForNext } from '../config.ts';

/** Next is CommonJS, whose default exports `import` does not see as its types say. */
const require = createRequire(import.meta.url);

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
  prepareEnvironmentForNext(dev);
  const { default: createNext } = await import('next');
  if (!dev) await readConfigQuietly(projectDir);
  const { hostname, port } = new URL(url);
  const failures = createFailureLog(log);
  const app = createNext({ dev, dir: projectDir, hostname, port: Number(port) || undefined, httpServer: server });
  await app.prepare();
  const handle = app.getRequestHandler();
  return {
    listener(request, response) {
      handle(request, response).catch((error: unknown) => {
        failures.note(
          error,
          { method: request.method, path: request.url?.split('?', 1)[0] },
          'A page could not be rendered',
        );
        if (!response.headersSent) response.writeHead(500);
        response.end();
      });
    },
    close: () => app.close(),
  };
}

/** Next says on standard output how long its config took to read, unless it was read before: our log is all JSON. */
async function readConfigQuietly(projectDir: string): Promise<void> {
  const { default: loadConfig }: typeof import('next/dist/server/config') = require('next/dist/server/config');
  const { PHASE_PRODUCTION_SERVER }: typeof import('next/constants') = require('next/constants');
  await loadConfig(PHASE_PRODUCTION_SERVER, projectDir, { silent: true });
}
