import { loadConfig } from '../src/platform/config.ts';
import { startEmbeddedPostgres } from '../src/platform/embedded/embedded-postgres.ts';
import { createLog } from '../src/platform/log-files/log.ts';
import { type OpenPlatform, openPlatform } from '../src/platform/open-platform.ts';

/** Opens the database and the keys of a running console, as its command line does. */
export async function openBesideConsole(dataDir: string): Promise<OpenPlatform> {
  const log = createLog('silent');
  const postgres = await startEmbeddedPostgres({ dataDir, log, purpose: 'command' });
  const platform = await openPlatform(loadConfig({ DATA_DIR: dataDir }), log, postgres.connectionString);
  return {
    ...platform,
    async close() {
      await platform.close();
      await postgres.stop();
    },
  };
}
