import pg from 'pg';

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

/** Drops a database, and hangs up on whoever is connected to it. */
export async function dropDatabase(serverUrl: string, name: string): Promise<void> {
  await run(serverUrl, `DROP DATABASE IF EXISTS "${name}" WITH (FORCE)`);
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
