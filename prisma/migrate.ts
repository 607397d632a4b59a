import type { MigrationList } from '@prisma/schema-engine-wasm/schema_engine_bg';
import { readMigrations } from './migration-list.ts';
import { createSchemaEngineAdapter, HISTORY, type SchemaEngineAdapter } from './schema-engine-adapter.ts';

/** A database that the migrations could not bring up to date. The message is one line. */
export class MigrationError extends Error {
  override name = 'MigrationError';
}

/** Ours alone: the schema engine takes a lock of its own, but gives up on it after ten seconds. */
const MIGRATION_LOCK = 4_862_301;

/**
 * Brings the database up to date with the migration folder; Prisma keeps the history in `_prisma_migrations`.
 * Any number of processes may call this at once: one applies, the others wait for it and find nothing to do.
 * A process killed half-way leaves nothing behind: each migration is committed together with its line of the history.
 * @returns the names of the migrations that were applied.
 * @throws MigrationError with the migration's name and what PostgreSQL said.
 */
export async function applyMigrations(connectionString: string): Promise<string[]> {
  const adapter = createSchemaEngineAdapter(connectionString);
  try {
    await takeLock(adapter);
    await forgetInterrupted(adapter);
    const migrationsList = readMigrations();
    if (await isUpToDate(adapter, migrationsList)) return [];
    const { NO_FILTERS, openSchemaEngine } = await import('./schema-engine.ts');
    const engine = await openSchemaEngine(adapter);
    const { appliedMigrationNames } = await engine.applyMigrations({ migrationsList, filters: NO_FILTERS });
    engine.free();
    return appliedMigrationNames;
  } catch (error) {
    throw new MigrationError(explain(error, adapter.scriptError()), { cause: error });
  } finally {
    await adapter.close();
  }
}

/**
 * The lock is on the connection that runs the scripts: that of a killed process still works on its script, and has the
 * lock until PostgreSQL notices that nobody waits for it.
 */
async function takeLock({ query }: SchemaEngineAdapter): Promise<void> {
  await query(`SET client_connection_check_interval = '1s'`);
  await query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
}

/** Asked before the schema engine is loaded, which takes a moment of every start and 40 MB. */
async function isUpToDate({ query }: SchemaEngineAdapter, list: MigrationList): Promise<boolean> {
  const { rows: made } = await query<{ made: boolean }>(`SELECT to_regclass('${HISTORY}') IS NOT NULL AS made`);
  if (!made[0]?.made) return false;
  const { rows } = await query<{ migration_name: string }>(
    `SELECT migration_name FROM ${HISTORY} WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL`,
  );
  const applied = new Set(rows.map(({ migration_name }) => migration_name));
  return list.migrationDirectories.every(({ path }) => applied.has(path));
}

/** PostgreSQL, appendix A: `read_only_sql_transaction`. */
const READ_ONLY = '25006';
const stateOf = (error: unknown): unknown => (error instanceof Error && 'code' in error ? error.code : undefined);

/** An unfinished line belongs to a migration whose transaction never committed, so it may be tried again. */
async function forgetInterrupted({ query }: SchemaEngineAdapter): Promise<void> {
  const { rows } = await query<{ made: boolean }>(`SELECT to_regclass('${HISTORY}') IS NOT NULL AS made`);
  if (!rows[0]?.made) return;
  await query(`UPDATE ${HISTORY} SET rolled_back_at = now() WHERE finished_at IS NULL AND rolled_back_at IS NULL`);
}

function explain(error: unknown, scriptError: Error | undefined): string {
  const report = String(error instanceof Error ? error.message : error);
  if (report.includes('schema is not empty')) {
    return 'The database holds tables of something else: make an empty database and name it in DATABASE_URL.';
  }
  if (stateOf(error) === READ_ONLY || stateOf(scriptError) === READ_ONLY)
    return 'The database is read-only, as a standby is: name the primary in DATABASE_URL, or let the server take changes.';
  if (!scriptError) return `The database could not be migrated: ${report.split('\n', 1)[0]}`;
  const migration = /migration_name="([^"]+)"/.exec(report)?.[1] ?? 'A migration';
  return `The migration ${migration} failed and changed nothing: ${scriptError.message.split('\n', 1)[0]}.`;
}
