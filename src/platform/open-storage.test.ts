import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { expect, onTestFinished, test } from 'vitest';
import { startHoleProxy } from '#testing/hole-proxy.ts';
import { createTestDatabase } from '#testing/test-database.ts';
import { loadConfig } from './config.ts';
import { createLog } from './log-files/log.ts';
import { openStorage } from './open-storage.ts';

test('a first connection that nobody answers for ten seconds is retried, and the start goes on when it is answered', async () => {
  const there = await createTestDatabase();
  const proxy = await startHoleProxy(there.connectionString);
  const ends: (() => Promise<unknown>)[] = [];
  onTestFinished(async () => {
    for (const end of ends) await end();
    await proxy[Symbol.asyncDispose]();
    await there.close();
  });
  const config = loadConfig({
    DATABASE_URL: proxy.through(there.connectionString),
    HONEYFRAME_SECRET: randomBytes(32).toString('base64'),
    LOG_LEVEL: 'silent',
  });
  const said: string[] = [];
  const log = Object.assign(Object.create(createLog('silent')), {
    warn: (_: object, text: string) => {
      said.push(text);
      proxy.heal({ forget: true });
    },
  });
  proxy.open('both');
  const { platform } = await openStorage(config, log, 'console', (_part, _ms, end) => {
    ends.push(async () => end());
  });
  expect(said).toEqual(['PostgreSQL cannot be used yet; waiting for it']);
  expect((await platform.pool.query('select 1')).rows).toHaveLength(1);
}, 60_000);

test('a console on a server that takes no changes, as a standby, ends at once and says what to do', async () => {
  const there = await createTestDatabase();
  onTestFinished(() => there.close());
  const client = new pg.Client({ connectionString: there.connectionString });
  await client.connect();
  await client.query(`do $$ begin
    execute format('alter database %I set default_transaction_read_only = on', current_database());
  end $$`);
  await client.end();
  const config = loadConfig({
    DATABASE_URL: there.connectionString,
    HONEYFRAME_SECRET: randomBytes(32).toString('base64'),
    LOG_LEVEL: 'silent',
  });
  const said: string[] = [];
  const log = Object.assign(Object.create(createLog('silent')), {
    warn: (_: object, text: string) => void said.push(text),
  });
  await expect(openStorage(config, log, 'console', () => {})).rejects.toThrow(
    'The database is read-only, as a standby is: name the primary in DATABASE_URL, or let the server take changes.',
  );
  expect(said).toEqual([]);
});
