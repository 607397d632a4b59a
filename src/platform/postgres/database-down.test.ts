import { expect, test } from 'vitest';
import { z } from 'zod';
import { closedPort } from '#testing/receivers.ts';
import { createTestDatabase } from '#testing/test-database.ts';
import { openDatabase } from './database.ts';
import { isDatabaseDown } from './database-down.ts';
import { inTransaction } from './transaction.ts';

const thrownBy = (work: Promise<unknown>) =>
  work.then(
    () => null,
    (error: unknown) => error,
  );

test('a PostgreSQL that is not there is distinguished from a statement that is wrong', async () => {
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

test('a connection that was lost between two statements of a transaction counts', async () => {
  const there = await createTestDatabase();
  const lost = inTransaction(there.database, async (tx) => {
    const [backend] = z.tuple([z.object({ pid: z.int() })]).parse(await tx.$queryRaw`select pg_backend_pid() as pid`);
    await there.pool.query('select pg_terminate_backend($1, 5000)', [backend.pid]);
    for (;;) await tx.$queryRaw`select 1`.catch((error: unknown) => seen.push(error) < 3 || Promise.reject(error));
  });
  const seen: unknown[] = [];
  await thrownBy(lost);
  expect(seen.map((error) => isDatabaseDown(error))).toEqual([true, true, true]);
  await there.close();
});
