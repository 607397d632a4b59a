import '#platform/postgres/before-postgres.ts';

import { resolve } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { answerWhileStarting } from '#api/while-unavailable.ts';
import { chores } from '#features/chores.ts';
import { clockRepairs } from '#features/clock-repairs.ts';
import { ensurePartitions } from '#features/engine/partitions.ts';
import { runDeliveries } from '#features/engine/run-deliveries.ts';
import { startSource } from '#features/sources/stream/run-source.ts';
import { announceBuild, announceStart } from '#platform/banner.ts';
import { startChores } from '#platform/chores.ts';
import { watchClock } from '#platform/clock-watch.ts';
import { type Config, loadConfig } from '#platform/config.ts';
import { sharePlatform } from '#platform/current-platform.ts';
import { readEnvFile } from '#platform/env-file.ts';
import { type HttpServer, listen } from '#platform/http/http-server.ts';
import { createLog, type Logger } from '#platform/log-files/log.ts';
import { ensureNextBuild } from '#platform/next/next-build.ts';
import { type NextPages, openNextPages } from '#platform/next/next-pages.ts';
import { openStorage } from '#platform/open-storage.ts';
import { holdKeys } from '#platform/secrets/key-holders.ts';
import { createShutdown, type Shutdown } from '#platform/shutdown.ts';
import { reportStartFailure } from '#platform/start-failure.ts';
import { VERSION } from '#platform/version.ts';

const PROJECT_DIR = resolve(import.meta.dirname, '..');
const DRAIN_MS = 5_000;
/** A receiver has ten seconds to end what is under way; then it is sent again by another worker. */
const DELIVERIES_MS = 11_000;
const dev = process.argv.includes('--dev');
/**
 * How far the heap of a worker may grow beyond what lives in it before it is cleaned, in percent. V8 would let it grow to
 * several times that, for most of the memory of the machine is free.
 */
const WORKER_HEAP_GROWTH = '--heap-growing-percent=80';

/** The console's one entry: everything is opened here, once, and ended in the reverse order. */
async function start(config: Config, log: Logger, shutdown: Shutdown): Promise<void> {
  if (config.role === 'worker') setFlagsFromString(WORKER_HEAP_GROWTH);
  const http = config.role === 'worker' ? null : await listen(config, answerWhileStarting, log);
  const [{ platform, isUp }, pages] = await Promise.all([
    openStorage(config, log, 'console', shutdown.onEnd),
    http && openPages(http, log, shutdown),
  ]);
  sharePlatform(platform);
  const keys = await holdKeys(platform);
  shutdown.onEnd('the entry of this process', 1_000, () => keys.stop());
  await ensurePartitions(platform);
  const face = config.role === 'worker' ? null : await import('#api/open-face.ts');
  const setUpToken = (await face?.setUp(platform)) ?? null;
  const running = config.role === 'web' ? null : await startChores(platform, chores);
  const deliveries = config.role === 'web' ? null : runDeliveries(platform);
  const clock = watchClock(platform, clockRepairs);
  const alerts = face?.startAlerts(platform);
  const source = config.role === 'web' ? null : startSource(platform);
  if (http && pages && face) {
    face.watchProblem(platform, () => keys.problem());
    http.answerWith(face.answerRequests(platform, { pages: pages.listener, isUp, ending: shutdown.signal }));
  }
  shutdown.onEnd('requests, background jobs, and deliveries', DELIVERIES_MS, () =>
    Promise.all([
      http?.drain(DRAIN_MS),
      running?.stop(),
      alerts?.stop(),
      deliveries?.stop(),
      source?.stop(),
      clock.stop(),
    ]),
  );
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
