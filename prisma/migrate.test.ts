import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { promisify } from 'node:util';
import pg from 'pg';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { openDatabase } from '#platform/postgres/database.ts';
import { createDatabase, dropDatabase } from '#testing/create-database.ts';
import { createTestDatabase, type TestDatabase } from '#testing/test-database.ts';
import { until } from '#testing/until.ts';
import { readCatalog } from './catalog.ts';
import { applyMigrations } from './migrate.ts';
import { readMigrations } from './migration-list.ts';
import { schemaDifference } from './schema-difference.ts';

const execute = promisify(execFile);
const ALL = readMigrations().migrationDirectories.map(({ path }) => path);

let migrated: TestDatabase;
beforeAll(async () => {
  migrated = await createTestDatabase();
});
afterAll(() => migrated.close());

/** A database with nothing in it, dropped afterwards. */
async function withEmptyDatabase(work: (connectionString: string, pool: pg.Pool) => Promise<void>): Promise<void> {
  const name = `empty_${randomUUID()}`;
  const connectionString = await createDatabase(inject('testServer'), name);
  const { pool, close } = openDatabase(connectionString, { poolSize: 2 });
  try {
    await work(connectionString, pool);
  } finally {
    await close();
    await dropDatabase(inject('testServer'), name);
  }
}

/** Migrates in a process of its own, which prints what it applied. */
function migrateInProcess(connectionString: string) {
  const script = `
    import { applyMigrations } from './prisma/migrate.ts';
    console.log(JSON.stringify(await applyMigrations(process.argv[1])));`;
  return execute(process.execPath, ['--input-type=module', '-e', script, connectionString], { cwd: process.cwd() });
}

test('the migrations give exactly what the schema files say', async () => {
  expect(await schemaDifference(migrated.connectionString, 'to-schema')).toBe('');
  expect(await schemaDifference(migrated.connectionString, 'from-schema')).toBe('');
});

test('a column that the schema files do not know is a difference', async () => {
  const other = await createTestDatabase();
  try {
    await other.pool.query('ALTER TABLE connector ADD COLUMN stray text');
    expect(await schemaDifference(other.connectionString)).toContain('DROP COLUMN "stray"');
  } finally {
    await other.close();
  }
});

test('what the schema files cannot say is in the database as listed', async () => {
  await expect(await readCatalog(migrated.pool)).toMatchFileSnapshot('./catalog.txt');
});

test('of four processes that start at once one migrates, and all return when it is done', async () => {
  await withEmptyDatabase(async (connectionString, pool) => {
    const outputs = await Promise.all([1, 2, 3, 4].map(() => migrateInProcess(connectionString)));
    const applied = outputs.map(({ stdout }) => JSON.parse(stdout));
    expect(applied.sort((a, b) => b.length - a.length)).toEqual([ALL, [], [], []]);
    expect(await readCatalog(pool)).toBe(await readCatalog(migrated.pool));
  });
});

/** Kills a process in the middle of its migration, which waits for a table that `obstacle` holds. */
async function killWhileMigrating(connectionString: string, pool: pg.Pool, obstacle: pg.PoolClient) {
  const working = async () => {
    const { rowCount } = await pool.query(`SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock'
      AND datname = current_database() AND query LIKE '-- PostgreSQL 18 has uuidv7()%'`);
    return rowCount === 1;
  };
  await obstacle.query('BEGIN; CREATE TABLE installation ()');
  const migrating = migrateInProcess(connectionString);
  migrating.catch(() => {});
  await until('the migration waits for the table', working);
  migrating.child.kill('SIGKILL');
  return working;
}

test('a process that is killed while it migrates leaves nothing behind', async () => {
  await withEmptyDatabase(async (connectionString, pool) => {
    const obstacle = await pool.connect();
    try {
      const working = await killWhileMigrating(connectionString, pool, obstacle);
      await until('PostgreSQL has noticed the kill', async () => !(await working()));
    } finally {
      obstacle.release(true);
    }
    expect(await applyMigrations(connectionString)).toEqual(ALL);
    expect(await applyMigrations(connectionString)).toEqual([]);
  });
});

test('what PostgreSQL still does for a killed process is waited for', async () => {
  await withEmptyDatabase(async (connectionString, pool) => {
    const obstacle = await pool.connect();
    try {
      await killWhileMigrating(connectionString, pool, obstacle);
    } finally {
      obstacle.release(true);
    }
    await applyMigrations(connectionString);
    expect(await schemaDifference(connectionString)).toBe('');
    expect(await applyMigrations(connectionString)).toEqual([]);
  });
});

test('a migration that fails is named with what PostgreSQL said, changes nothing, and works once the cause is gone', async () => {
  await withEmptyDatabase(async (connectionString, pool) => {
    await pool.query(`CREATE SCHEMA dataintel;
      CREATE FUNCTION dataintel.refuse_audit_log_change() RETURNS int LANGUAGE sql AS 'SELECT 1'`);
    await expect(applyMigrations(connectionString)).rejects.toThrow(
      `The migration ${ALL[0]} failed and changed nothing: function "refuse_audit_log_change" already exists with same argument types.`,
    );
    const { rows } = await pool.query(`SELECT to_regclass('dataintel.audit_log') AS audit_log`);
    expect(rows).toEqual([{ audit_log: null }]);
    await pool.query('DROP FUNCTION dataintel.refuse_audit_log_change');
    expect(await applyMigrations(connectionString)).toEqual(ALL);
  });
});

test('a database with tables of something else is left alone', async () => {
  await withEmptyDatabase(async (connectionString, pool) => {
    await pool.query('CREATE TABLE other ()');
    await expect(applyMigrations(connectionString)).rejects.toThrow('The database holds tables of something else');
  });
});

for (const statement of [
  `UPDATE dataintel.audit_log SET action = 'x'`,
  'DELETE FROM dataintel.audit_log',
  'TRUNCATE dataintel.audit_log',
  `SET session_replication_role = replica; DELETE FROM dataintel.audit_log`,
]) {
  test(`the audit log refuses: ${statement}`, async () => {
    const client = new pg.Client({ connectionString: migrated.connectionString });
    await client.connect();
    try {
      await expect(client.query(statement)).rejects.toThrow('The audit log is append-only');
    } finally {
      await client.end();
    }
  });
}

test('there is one installation', async () => {
  const row = `INSERT INTO installation (id, active_key_id, sealed_auth_secret) VALUES ($1, 'key', 'sealed')`;
  await migrated.pool.query(row, [1]);
  await expect(migrated.pool.query(row, [2])).rejects.toThrow('installation_is_one_row');
});
