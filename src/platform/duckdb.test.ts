import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { createDuckDb, type DuckDb } from './duckdb.ts';

let parent: string;
let folder: string;
let duckdb: DuckDb;

beforeAll(async () => {
  parent = await mkdtemp(join(tmpdir(), "honeyframe's-duckdb-"));
  folder = join(parent, 'log');
  await writeFile(join(parent, 'secret.ndjson'), '{"secret":1}\n');
  await mkdir(folder);
  await writeFile(join(folder, 'a.ndjson'), '{"n":1}\n{"n":2}\n');
  duckdb = createDuckDb(folder);
});

afterAll(async () => {
  await duckdb.close();
  await rm(parent, { recursive: true });
});

const ask = (sql: string, parameters: Record<string, string | number | readonly string[]> = {}, signal?: AbortSignal) =>
  duckdb.ask({ sql, parameters, row: z.record(z.string(), z.unknown()) }, signal);

/** Takes minutes unless it is stopped. */
const ENDLESS = 'select count(*) from range(1e12::bigint) a where a.range % 7 = 3 and a.range % 11 = 5';

test('it reads its folder, with parameters of every kind', async () => {
  const sql = `select n::int as n from read_ndjson($files, columns = {n: 'BIGINT'}) where n >= $least and not list_contains($not, n::text)`;
  const files = [join(folder, 'a.ndjson')];
  expect(await ask(sql, { files, least: 1, not: [] })).toEqual([{ n: 1 }, { n: 2 }]);
  expect(await ask(sql, { files, least: 1, not: ['1'] })).toEqual([{ n: 2 }]);
});

describe('it does nothing else', () => {
  test.each([
    [
      'read beside its folder',
      () => `select * from read_ndjson('${join(parent, 'secret.ndjson').replaceAll("'", "''")}')`,
    ],
    ['read above it', () => `select * from read_text('${join(folder, '../secret.ndjson').replaceAll("'", "''")}')`],
    ['read the system', () => `select * from read_csv('/etc/passwd')`],
    ['fetch', () => `select * from read_csv('http://127.0.0.1:1/a.csv')`],
    ['load what it lacks', () => `install httpfs`],
    ['write', () => `copy (select 1) to '${join(parent, 'out.csv').replaceAll("'", "''")}'`],
    ['open a database', () => `attach '${join(parent, 'x.db').replaceAll("'", "''")}'`],
    ['take its walls down', () => 'set enable_external_access = true'],
  ])('%s', async (_, sql) => {
    await expect(ask(sql())).rejects.toThrow(/Permission|Cannot|disabled|locked/i);
  });
});

test('work that nobody waits for any more is stopped', async () => {
  const gaveUp = new AbortController();
  const asked = ask(ENDLESS, {}, gaveUp.signal);
  setTimeout(() => gaveUp.abort(new Error('gone')), 50);
  await expect(asked).rejects.toThrow('gone');
});

test('more than two wait for their turn, and may leave while they wait', async () => {
  const gaveUp = new AbortController();
  const long = [ask(ENDLESS, {}, gaveUp.signal), ask(ENDLESS, {}, gaveUp.signal)];
  const left = new AbortController();
  const leavers = [ask('select 1 as one', {}, left.signal), ask('select 1 as one', {}, left.signal)];
  const waiter = ask('select 2 as two');
  let isAnswered = false;
  void waiter.finally(() => {
    isAnswered = true;
  });
  const leaves = leavers.map((one) => expect(one).rejects.toThrow('left'));
  left.abort(new Error('left'));
  await Promise.all(leaves);
  expect(isAnswered).toBe(false);
  const ends = long.map((one) => expect(one).rejects.toThrow('gone'));
  gaveUp.abort(new Error('gone'));
  await Promise.all(ends);
  expect(await waiter).toEqual([{ two: 2 }]);
});

test('what goes with its tables is made once', () => {
  const made = duckdb.keep('a', () => ({ count: 0 }));
  expect(duckdb.keep('a', () => ({ count: 1 }))).toBe(made);
});

test('a question that takes too long is stopped, and the next one is answered', async () => {
  const limited = createDuckDb(tmpdir(), 200);
  const row = z.object({ n: z.bigint() });
  const endless = { sql: 'select count(*) as n from range(1000000000) a, range(1000000000) b', parameters: {}, row };
  await expect(limited.ask(endless)).rejects.toMatchObject({ code: 'BAD_REQUEST' });
  expect(await limited.ask({ sql: 'select 1::bigint as n', parameters: {}, row })).toEqual([{ n: 1n }]);
  await limited.close();
});
