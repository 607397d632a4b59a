import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#testing/test-database.ts';
import { until } from '#testing/until.ts';
import { openLive } from './live.ts';
import { createLog } from './log-files/log.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.close());

function open() {
  const live = openLive(database.connectionString, database.pool, createLog('silent'));
  onTestFinished(() => live.close());
  const notices: (readonly string[] | null)[] = [];
  return { live, notices, follow: () => live.follow('lanes', (ids) => notices.push(ids)) };
}

test('a notification reaches its own process at once and every other soon after, with all ids', async () => {
  const [one, other] = [open(), open()];
  one.follow();
  other.follow();
  await until('both listen', () => one.notices.includes(null) && other.notices.includes(null));
  const ids = Array.from({ length: 450 }, () => randomUUID());
  one.live.notify('lanes', ids.slice(0, 1));
  expect(one.notices.at(-1)).toEqual(ids.slice(0, 1));
  one.live.notify('lanes', ids.slice(1));
  await until('the other has heard', () => other.notices.flat().filter(Boolean).length === ids.length);
  expect(new Set(other.notices.flat())).toEqual(new Set([null, ...ids]));
  expect(one.notices.flat().filter((id) => id === ids[0])).toHaveLength(1);
});

test('a listener whose connection is cut looks again, and hears what comes after', async () => {
  const { notices, follow } = open();
  follow();
  await until('it listens', () => notices.includes(null));
  const cut = `select pg_terminate_backend(pid) from pg_stat_activity
    where application_name = 'honeyframe-webhooks live' and datname = current_database()`;
  await database.pool.query(cut);
  await until('it listens again', () => notices.filter((ids) => ids === null).length >= 2);
  const other = open();
  const id = randomUUID();
  other.live.notify('lanes', [id]);
  await until('it hears the other', () => notices.flat().includes(id));
});

test('who stopped following hears nothing more', () => {
  const { live, notices, follow } = open();
  follow()();
  live.notify('lanes', [randomUUID()]);
  expect(notices).toEqual([]);
});
