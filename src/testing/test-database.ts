import { randomUUID } from 'node:crypto';
import { inject } from 'vitest';
import { type Database, openDatabase } from '#platform/postgres/database.ts';
import { createDatabase, dropDatabase } from './create-database.ts';

export type TestDatabase = Database & { connectionString: string };

/** The database that every test database is a copy of: migrated and empty. */
export const TEMPLATE = 'template_of_tests';

/**
 * An empty, migrated database for one test file or one test, on the server of this run.
 * `close` hangs up and drops it.
 */
export async function createTestDatabase({ template = TEMPLATE } = {}): Promise<TestDatabase> {
  const serverUrl = inject('testServer');
  const name = `test_${randomUUID()}`;
  const connectionString = await createDatabase(serverUrl, name, template);
  const opened = openDatabase(connectionString, { poolSize: 5 });
  return {
    ...opened,
    connectionString,
    async close() {
      await opened.close();
      await dropDatabase(serverUrl, name);
    },
  };
}
