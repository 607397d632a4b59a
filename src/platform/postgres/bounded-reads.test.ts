import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#testing/test-database.ts';
import { until } from '#testing/until.ts';
import { type BoundedReads, openBoundedReads } from './bounded-reads.ts';

let storage: TestDatabase;
let reads: BoundedReads;
beforeAll(async () => {
  storage = await createTestDatabase();
  reads = openBoundedReads(storage.connectionString, { timeoutMs: 300 });
});
afterAll(async () => {
  await reads.close();
  await storage.close();
});

const sleep = (organization_id: string) =>
  reads.read(organization_id, (database) => database.$queryRaw`select pg_sleep(60)`);
const sleeping = async () => {
  const { rows } = await storage.pool.query(
    `select from pg_stat_activity where datname = current_database() and query like 'select pg_sleep%' and state = 'active'`,
  );
  return rows.length;
};

test('a read that takes too long is stopped, and says what to change', async () => {
  await expect(sleep('a')).rejects.toMatchObject({
    code: 'BAD_REQUEST',
    message: expect.stringMatching(/shorter time range/),
  });
  expect(await sleeping()).toBe(0);
});

test('slow reads of one organization hold up its own reads alone, and take half of the connections at most', async () => {
  const order: string[] = [];
  const slow = Array.from({ length: 6 }, () => sleep('greedy').catch(() => order.push('greedy')));
  await until('two of them are under way', async () => (await sleeping()) === 2);
  await reads.read('modest', (database) => database.$queryRaw`select 1`);
  order.push('modest');
  expect(order).toEqual(['modest']);
  await Promise.all(slow);
});

test('of one organization so many may wait, and no more', async () => {
  const slow = Array.from({ length: 103 }, () => reads.read('crowd', (database) => database.$queryRaw`select 1`));
  const refused = (await Promise.allSettled(slow)).filter(({ status }) => status === 'rejected');
  expect(refused).toEqual([
    expect.objectContaining({ reason: expect.objectContaining({ code: 'TOO_MANY_REQUESTS' }) }),
  ]);
});

test('nothing can be written', async () => {
  const write = reads.read('a', (database) => database.organization.create({ data: { name: 'x', slug: 'x' } }));
  await expect(write).rejects.toThrow(/read-only/);
  expect(await storage.database.organization.count()).toBe(0);
});
