import { resolve } from 'node:path';
import { answerHealth, answerWhileStarting } from '#api/health-listener.ts';
import { hotRoutes } from '#api/hot-routes.ts';
import { refuseMalformed } from '#api/malformed-requests.ts';
import { ensureFirstAdmin } from '#features/auth/ensure-first-admin.ts';
import { ensureSetupToken } from '#features/auth/set-up-token.ts';
import { chores } from '#features/chores.ts';
import { announceBuild, announceStart } from '#platform/banner.ts';
import { startChores } from '#platform/chores.ts';
import { type Config, loadConfig } from '#platform/config.ts';
import { sharePlatform } from '#platform/current-platform.ts';
import { readEnvFile } from '#platform/env-file.ts';
import { type HttpServer, listen } from '#platform/http-server.ts';
import { createLog, type Logger } from '#platform/log.ts';
import { ensureNextBuild } from '#platform/next-build.ts';
import { type NextPages, openNextPages } from '#platform/next-pages.ts';
import { openStorage } from '#platform/open-storage.ts';
import { createShutdown, type Shutdown } from '#platform/shutdown.ts';
import { reportStartFailure } from '#platform/start-failure.ts';
import { VERSION } from '#platform/version.ts';

const PROJECT_DIR = resolve(import.meta.dirname, '..');
const DRAIN_MS = 5_000;
const dev = process.argv.includes('--dev');

/** The console's one entry: everything is opened here, once, and ended in the reverse order. */
async function start(config: Config, log: Logger, shutdown: Shutdown): Promise<void> {
  const http = config.role === 'worker' ? null : await listen(config, answerWhileStarting);
  const [{ platform, isUp }, pages] = await Promise.all([
    openStorage(config, log, 'console', shutdown.onEnd),
    http && openPages(http, log, shutdown),
  ]);
  sharePlatform(platform);
  await ensureFirstAdmin(platform);
  const running = config.role === 'web' ? null : await startChores(platform, chores);
  if (http && pages)
    http.answerWith(hotRoutes(platform, answerHealth(platform.pool, isUp, refuseMalformed(pages.listener))));
  shutdown.onEnd('requests and chores', DRAIN_MS, () => Promise.all([http?.drain(DRAIN_MS), running?.stop()]));
  const setUpToken = await ensureSetupToken(platform);
  announceStart({ version: VERSION, url: http?.url ?? null, setUpToken, config }, log);
}

async function openPages(http: HttpServer, log: Logger, shutdown: Shutdown): Promise<NextPages> {
  if (!dev) {
    await ensureNextBuild({
      projectDir: PROJECT_DIR,
      signal: shutdown.signal,
      onBuild: () => announceBuild(log),
    });
  }
  const pages = await openNextPages(PROJECT_DIR, dev, http, log);
  shutdown.onEnd('pages', 500, () => pages.close());
  return pages;
}

try {
  readEnvFile();
  const config = loadConfig();
  const log = createLog(config.logLevel);
  const shutdown = createShutdown(log);
  await start(config, log, shutdown).catch(async (error: unknown) => {
    if (shutdown.signal.aborted) return;
    reportStartFailure(error);
    await shutdown.end(1);
  });
} catch (error) {
  reportStartFailure(error);
  process.exitCode = 1;
}
