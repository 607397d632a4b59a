import { expect, test } from 'vitest';
import { closedPort } from '#testing/receivers.ts';
import { createTestDatabase } from '#testing/test-database.ts';
import { openDatabase } from './database.ts';
import { isDatabaseDown } from './database-down.ts';

const thrownBy = (work: Promise<unknown>) =>
  work.then(
    () => null,
    (error: unknown) => error,
  );

test('a PostgreSQL that is not there is told from a statement that is wrong', async () => {
  const gone = openDatabase(`postgresql://a:b@127.0.0.1:${await closedPort()}/c`);
  expect(isDatabaseDown(await thrownBy(gone.database.installation.findFirst()))).toBe(true);
  expect(isDatabaseDown(await thrownBy(gone.database.$queryRaw`select 1`))).toBe(true);
  expect(isDatabaseDown(await thrownBy(gone.pool.query('select 1')))).toBe(true);
  await gone.close();
});

test('a connection that is lost in the middle of a statement counts, and a wrong statement does not', async () => {
  const there = await createTestDatabase();
  expect(isDatabaseDown(await thrownBy(there.pool.query('select pg_terminate_backend(pg_backend_pid())')))).toBe(true);
  expect(isDatabaseDown(await thrownBy(there.database.$queryRaw`select 1 / 0`))).toBe(false);
  expect(isDatabaseDown(await thrownBy(there.pool.query('select nothing')))).toBe(false);
  await there.close();
});
