import pg from 'pg';
import { until } from './until.ts';

/**
 * Makes a database beside the one of `serverUrl`.
 * @param template copied as it is; nobody may be connected to it.
 * @returns the new database's address.
 */
export async function createDatabase(serverUrl: string, name: string, template = 'template1'): Promise<string> {
  await run(serverUrl, `CREATE DATABASE "${name}" TEMPLATE "${template}"`);
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return url.href;
}

/**
 * Drops a database, and hangs up on whoever is connected to it: also on readers of its changes, whom FORCE leaves
 * alone. The connection of one that was killed stays until PostgreSQL notices.
 */
export async function dropDatabase(serverUrl: string, name: string): Promise<void> {
  await until(`the database ${name} is dropped`, async () => {
    const readers = `from pg_replication_slots where database = '${name}' and active`;
    await run(serverUrl, `select pg_terminate_backend(active_pid) ${readers}`);
    await run(serverUrl, `DROP DATABASE IF EXISTS "${name}" WITH (FORCE)`);
    return true;
  });
}

async function run(serverUrl: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: serverUrl });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
