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
  const told: (readonly string[] | null)[] = [];
  return { live, told, follow: () => live.follow('lanes', (ids) => told.push(ids)) };
}

test('what one process tells, it hears at once and every other soon after, all ids', async () => {
  const [one, other] = [open(), open()];
  one.follow();
  other.follow();
  await until('both listen', () => one.told.includes(null) && other.told.includes(null));
  const ids = Array.from({ length: 450 }, () => randomUUID());
  one.live.tell('lanes', ids.slice(0, 1));
  expect(one.told.at(-1)).toEqual(ids.slice(0, 1));
  one.live.tell('lanes', ids.slice(1));
  await until('the other has heard', () => other.told.flat().filter(Boolean).length === ids.length);
  expect(new Set(other.told.flat())).toEqual(new Set([null, ...ids]));
  expect(one.told.flat().filter((id) => id === ids[0])).toHaveLength(1);
});

test('a listener whose connection is cut looks again, and hears what comes after', async () => {
  const { told, follow } = open();
  follow();
  await until('it listens', () => told.includes(null));
  const cut = `select pg_terminate_backend(pid) from pg_stat_activity
    where application_name = 'honeyframe-webhooks live' and datname = current_database()`;
  await database.pool.query(cut);
  await until('it listens again', () => told.filter((ids) => ids === null).length >= 2);
  const other = open();
  const id = randomUUID();
  other.live.tell('lanes', [id]);
  await until('it hears the other', () => told.flat().includes(id));
});

test('who stopped following hears nothing more', () => {
  const { live, told, follow } = open();
  follow()();
  live.tell('lanes', [randomUUID()]);
  expect(told).toEqual([]);
});
