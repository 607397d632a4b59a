import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedPostgres } from '#platform/embedded/embedded-postgres.ts';
import { createLog } from '#platform/log-files/log.ts';
import { applyMigrations } from './migrate.ts';
import { MIGRATIONS_DIR } from './migration-list.ts';
import { schemaDifference } from './schema-difference.ts';

/**
 * Writes the next migration: what turns a database with all migrations into the one that the schema files describe.
 * @returns the folder's name, or undefined when there is nothing to do.
 */
async function writeMigration(name: string, now: Date): Promise<string | undefined> {
  const script = await differenceOfFreshDatabase();
  if (script === '') return undefined;
  const folder = `${now.toISOString().replace(/\D/g, '').slice(0, 14)}_${name}`;
  await mkdir(join(MIGRATIONS_DIR, folder));
  await writeFile(join(MIGRATIONS_DIR, folder, 'migration.sql'), script);
  return folder;
}

/** On a server of its own, thrown away afterwards. */
async function differenceOfFreshDatabase(): Promise<string> {
  const dataDir = await mkdtemp(join(tmpdir(), 'honeyframe-migration-'));
  await chmod(dataDir, 0o755);
  try {
    const options = { dataDir, log: createLog('silent'), purpose: 'console', durable: false } as const;
    const server = await startEmbeddedPostgres(options);
    try {
      await applyMigrations(server.connectionString);
      return await schemaDifference(server.connectionString);
    } finally {
      await server.stop();
    }
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
}

const name = process.argv[2] ?? '';
if (!/^[a-z0-9_]+$/.test(name)) {
  console.error('Name the migration in small letters, digits and underscores: npm run db:migration -- add_webhooks');
  process.exitCode = 1;
} else {
  const folder = await writeMigration(name, new Date());
  console.log(
    folder
      ? `Wrote prisma/migrations/${folder}/migration.sql. Read it, and add by hand what the schema cannot say.`
      : 'Nothing to do: the migrations already give what the schema says.',
  );
}
