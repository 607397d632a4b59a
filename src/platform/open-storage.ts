import { applyMigrations } from '../../prisma/migrate.ts';
import type { Config } from './config.ts';
import { type EmbeddedPostgres, startEmbeddedPostgres } from './embedded/embedded-postgres.ts';
import type { Logger } from './log-files/log.ts';
import { openPlatform } from './open-platform.ts';
import { checkDatabase } from './postgres/database.ts';
import { retryWhileDown } from './postgres/retry-while-down.ts';
import type { Platform } from './scope.ts';
import type { Shutdown } from './shutdown.ts';

export type Storage = {
  platform: Platform;
  /** False while the embedded PostgreSQL is being started again. */
  isUp: () => boolean;
};

/**
 * PostgreSQL, the embedded one when `DATABASE_URL` is unset, brought up to date, and what verbs work with.
 * @param purpose a console has the data folder for itself; a command shares it with a running console.
 * @param onEnd is given what is to be ended, also what is still starting when the end comes.
 * @throws ConfigError, EmbeddedPostgresError, DatabaseError, MigrationError
 */
export async function openStorage(
  config: Config,
  log: Logger,
  purpose: 'console' | 'command',
  onEnd: Shutdown['onEnd'],
): Promise<Storage> {
  const { connectionString, isUp } = config.databaseUrl
    ? { connectionString: config.databaseUrl, isUp: () => true }
    : await openOwnDatabase(config, log, purpose, onEnd);
  const patience = purpose === 'console' ? undefined : { startMs: 0, refusedMs: 0 };
  await retryWhileDown(log, () => checkDatabase(connectionString), patience);
  const applied = await retryWhileDown(log, () => applyMigrations(connectionString), patience);
  if (applied.length > 0) log.info({ migrations: applied }, 'Applied the database migrations');
  const platform = await retryWhileDown(log, () => openPlatform(config, log, connectionString), patience);
  onEnd('connections', 1_000, () => platform.close());
  return { platform, isUp };
}

async function openOwnDatabase(
  { dataDir }: Config,
  log: Logger,
  purpose: 'console' | 'command',
  onEnd: Shutdown['onEnd'],
): Promise<EmbeddedPostgres> {
  const opening = startEmbeddedPostgres({ dataDir, log, purpose });
  onEnd('PostgreSQL', 9_000, async () => (await opening.catch(() => null))?.stop());
  return opening;
}
