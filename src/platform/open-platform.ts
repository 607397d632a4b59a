import { type Config, dropPostgresVariables, loadConfig } from './config.ts';
import { createDuckDb } from './duckdb.ts';
import { settlePolicyMode } from './http/page-policy-mode.ts';
import { createKeep } from './keep.ts';
import { openLive } from './live.ts';
import { openCspLog } from './log-files/csp-log.ts';
import { createFailureLog } from './log-files/failure-log.ts';
import { createLog, type Logger } from './log-files/log.ts';
import { createOutboundHttp, openOutboundFetch } from './outbound/outbound-http.ts';
import { openBoundedReads } from './postgres/bounded-reads.ts';
import { openDatabase } from './postgres/database.ts';
import { createQuotas } from './quotas.ts';
import type { Platform } from './scope.ts';
import { holdKeys } from './secrets/key-holders.ts';
import { openKeyring } from './secrets/keyring.ts';
import { openSecrets } from './secrets/secrets.ts';

/** A platform and the way to end it. */
export type OpenPlatform = Platform & { close(): Promise<void> };

/**
 * Opens everything that verbs work with, on a migrated database.
 * @throws ConfigError, DatabaseError
 */
export async function openPlatform(config: Config, log: Logger, connectionString: string): Promise<OpenPlatform> {
  const { database, pool, close } = openDatabase(connectionString);
  const dial = { httpsProxy: config.httpsProxy, noProxy: config.noProxy };
  const outbound = createOutboundHttp(dial);
  const ownFetch = openOutboundFetch(dial);
  const reads = openBoundedReads(connectionString, { log });
  try {
    const secrets = await openSecrets(await openKeyring(config), database);
    await settlePolicyMode(config, database);
    const cspLog = openCspLog(config, log);
    const duckdb = createDuckDb(config.csp.logDir);
    const live = openLive(connectionString, pool, log);
    return {
      config,
      log,
      failures: createFailureLog(log),
      database,
      pool,
      read: reads.read,
      secrets,
      outbound,
      cspLog,
      duckdb,
      live,
      keep: createKeep(),
      quotas: createQuotas(config),
      async close() {
        await live.close();
        await duckdb.close();
        await cspLog.close();
        await outbound.close();
        await ownFetch.close();
        await reads.close();
        await close();
      },
    };
  } catch (error) {
    await outbound.close();
    await ownFetch.close();
    await reads.close();
    await close();
    throw error;
  }
}

/** For plain `next start`, beside a database that is there and migrated. */
export async function openPlatformFromEnvironment(): Promise<Platform> {
  dropPostgresVariables();
  const config = loadConfig();
  const log = createLog(config.logLevel);
  if (!config.databaseUrl)
    throw new Error(
      'DATABASE_URL is not set. Set it, or start the console with npm start, which brings its own PostgreSQL.',
    );
  const platform = await openPlatform(config, log, config.databaseUrl);
  await holdKeys(platform);
  return platform;
}
