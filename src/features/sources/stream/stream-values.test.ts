import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { OpenPlatform } from '#platform/open-platform.ts';
import { collectGarbage } from '#testing/collect-garbage.ts';
import { countOf, spelled } from '#testing/counts.ts';
import { countEvents, storedEvents } from '#testing/stored-events.ts';
import { createTestOrganization, createTestPlatform, type TestOrganization } from '#testing/test-platform.ts';
import { until } from '#testing/until.ts';
import { startSource } from './run-source.ts';

const ROWS = countOf('transactionRows');

vi.setConfig({ testTimeout: 180_000 });

let platform: OpenPlatform;
let organization: TestOrganization;
let source: { stop(): Promise<void> };

beforeEach(async () => {
  platform = await createTestPlatform();
  organization = await createTestOrganization(platform);
  await platform.pool.query(`
    create schema shop;
    create type shop.state as enum ('new', 'paid');
    create domain shop.cents as bigint check (value >= 0);
    create table shop.orders (
      id bigint primary key, amount numeric, price shop.cents, state shop.state, at timestamptz, day date, local timestamp,
      document jsonb, plain json, tags text[], sizes numeric[], states shop.state[], is_gift boolean, note text, share float8,
      raw bytea, span interval
    )`);
  await platform.database.eventType.create({ data: { organization_id: organization.id, name: 'order.changed' } });
  await platform.database.eventType.create({ data: { organization_id: organization.id, name: 'order.deleted' } });
  await map('order.changed', ['insert', 'update']);
  await map('order.deleted', ['delete']);
});
afterEach(async () => {
  await source.stop();
  await platform.close();
});

const map = (event_type: string, operations: string[]) =>
  platform.database.sourceMapping.create({
    data: { organization_id: organization.id, table_name: 'shop.orders', operations, event_type },
  });

async function startReading() {
  source = startSource(platform);
  await until('the stream is read', async () => (await platform.database.source.findFirst())?.state === 'reading');
}
const whenThere = (count: number, patienceMs?: number) =>
  until(`${count} events`, async () => (await countEvents(platform, organization.id)) >= count, patienceMs);

function bytesInUse(): number {
  collectGarbage();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/** A text that PostgreSQL keeps beside the row, for it does not compress. */
const longText = Array.from({ length: 4_000 }, (_, index) => (index * 7919).toString(36)).join('');

describe('the values of a change', () => {
  test('are right for numbers, times, JSON, arrays, enums and domains, and null is null', async () => {
    await startReading();
    await platform.pool.query(
      `insert into shop.orders values (9007199254740993, 12345678901234567890.000000000000000001, 1999, 'paid',
         '2026-11-26 10:30:00.123456+01', '2026-11-26', '2026-11-26 10:30:00', '{"b": 1.50, "a": ["x", null]}',
         '{"k" :  1}', '{a,"b c",NULL,"q\\"uote"}', '{1.5,NULL,NaN}', '{new,paid}', true, 'é "quoted"', 1e-7, '\\xdeadbeef',
         '1 day 2 hours'),
       (2, 'NaN', null, null, null, null, null, null, null, null, '{}', null, false, null, 'Infinity', null, null)`,
    );
    await whenThere(2);
    const { rows } = await platform.pool.query<{ body: string }>('select body from event order by id');
    expect(rows[0]?.body).toContain('"id":9007199254740993,"amount":12345678901234567890.000000000000000001,');
    const [full, empty] = await storedEvents(platform, organization.id);
    expect(full?.data).toMatchObject({
      price: 1999,
      state: 'paid',
      at: '2026-11-26T09:30:00.123456Z',
      day: '2026-11-26',
      local: '2026-11-26T10:30:00',
      document: { b: 1.5, a: ['x', null] },
      plain: { k: 1 },
      tags: ['a', 'b c', null, 'q"uote'],
      sizes: [1.5, null, 'NaN'],
      states: ['new', 'paid'],
      is_gift: true,
      note: 'é "quoted"',
      share: 1e-7,
      raw: '\\xdeadbeef',
      span: 'P1DT2H',
    });
    expect(empty?.data).toMatchObject({
      amount: 'NaN',
      price: null,
      state: null,
      at: null,
      document: null,
      tags: null,
      sizes: [],
      note: null,
      share: 'Infinity',
    });
  });

  test('that are long and were not changed are left out, and are there once the table says how rows were', async () => {
    await startReading();
    await platform.pool.query('insert into shop.orders (id, note, state) values (1, $1, $2)', [longText, 'new']);
    await platform.pool.query(`update shop.orders set state = 'paid'`);
    await platform.pool.query('alter table shop.orders replica identity full');
    await platform.pool.query('update shop.orders set is_gift = true');
    await platform.pool.query('delete from shop.orders');
    await whenThere(4);
    const events = await storedEvents(platform, organization.id);
    expect(events.map(({ type, data }) => [type, data.state, data.note === longText, 'note' in data])).toEqual([
      ['order.changed', 'new', true, true],
      ['order.changed', 'paid', false, false],
      ['order.changed', 'paid', true, true],
      ['order.deleted', 'paid', true, true],
    ]);
  });

  test('follow a column that is renamed, added or dropped', async () => {
    await startReading();
    await platform.pool.query(`insert into shop.orders (id, note) values (1, 'before')`);
    await platform.pool.query('alter table shop.orders rename note to remark; alter table shop.orders drop share');
    await platform.pool.query('alter table shop.orders add color text');
    await platform.pool.query(`update shop.orders set remark = 'after', color = 'red'`);
    await whenThere(2);
    const [before, after] = await storedEvents(platform, organization.id);
    expect(before?.data).toMatchObject({ note: 'before', share: null });
    expect(after?.data).toMatchObject({ remark: 'after', color: 'red' });
    expect(Object.keys(after?.data ?? {})).not.toContain('note');
    expect(Object.keys(after?.data ?? {})).not.toContain('share');
  });

  test('that make no valid event are counted and reported, and the stream goes on', async () => {
    await platform.database.eventType.update({
      where: { organization_id_name: { organization_id: organization.id, name: 'order.changed' } },
      data: { schema: JSON.stringify({ properties: { id: { minimum: 10 } } }) },
    });
    await startReading();
    await platform.pool.query('insert into shop.orders (id) values (1), (11)');
    await platform.pool.query('insert into shop.orders (id, note) values (12, $1)', ['x'.repeat(300_000)]);
    await platform.pool.query('insert into shop.orders (id) values (13)');
    await whenThere(2);
    expect((await storedEvents(platform, organization.id)).map(({ data }) => data.id)).toEqual([11, 13]);
    const row = await until('it is counted', async () => {
      const found = await platform.database.source.findFirst();
      return found && found.refused === 2n ? found : null;
    });
    expect(row.last_refusal).toContain('order.changed: data: The data is larger than 256 KiB');
  });

  test(`of a transaction of ${spelled(ROWS)} rows pass with flat memory`, async () => {
    await startReading();
    const before = bytesInUse();
    let highest = before;
    const sampling = setInterval(() => {
      highest = Math.max(highest, bytesInUse());
    }, 500);
    // 3 kB each, so that all of them would take more than what is allowed.
    await platform.pool.query(
      `insert into shop.orders (id, note) select n, repeat(md5(n::text), 96) from generate_series(1, ${ROWS}) n`,
    );
    await whenThere(ROWS, 170_000).finally(() => clearInterval(sampling));
    expect(highest - before).toBeLessThan(50_000_000);
    const { rows } = await platform.pool.query(
      `select count(distinct body::json -> 'data' ->> 'id')::int as ids, count(*)::int as events from event`,
    );
    expect(rows).toEqual([{ ids: ROWS, events: ROWS }]);
  });
});
