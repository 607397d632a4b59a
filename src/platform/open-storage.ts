import { applyMigrations } from '../../prisma/migrate.ts';
import type { Config } from './config.ts';
import { checkDatabase } from './database.ts';
import { startEmbeddedPostgres } from './embedded-postgres.ts';
import type { Logger } from './log.ts';
import { type OpenPlatform, openPlatform } from './open-platform.ts';
import type { Shutdown } from './shutdown.ts';

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
): Promise<OpenPlatform> {
  const connectionString = config.databaseUrl ?? (await openOwnDatabase(config, log, purpose, onEnd));
  await checkDatabase(connectionString);
  const applied = await applyMigrations(connectionString);
  if (applied.length > 0) log.info({ migrations: applied }, 'Brought the database up to date');
  const platform = await openPlatform(config, log, connectionString);
  onEnd('connections', 1_000, () => platform.close());
  return platform;
}

async function openOwnDatabase(
  { dataDir }: Config,
  log: Logger,
  purpose: 'console' | 'command',
  onEnd: Shutdown['onEnd'],
): Promise<string> {
  const opening = startEmbeddedPostgres({ dataDir, log, purpose });
  onEnd('PostgreSQL', 9_000, async () => (await opening.catch(() => null))?.stop());
  return (await opening).connectionString;
}
