import { existsSync } from 'node:fs';
import pg from 'pg';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { DEBIAN_BINARIES, DEBIAN_PROGRAMS } from '#testing/killable-postgres.ts';
import { startPrimaryAndStandby } from '#testing/standby-postgres.ts';
import { SHOP_EVENT, type StreamUnderTest, startStream } from '#testing/stream-under-test.ts';
import { until } from '#testing/until.ts';

vi.setConfig({ testTimeout: 180_000, hookTimeout: 60_000 });

const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
});

/** A stream of a table of a primary, by the address that moves with a failover, which has read the row 1. */
async function readingPair(binaries?: Parameters<typeof startPrimaryAndStandby>[0]) {
  const pair = await startPrimaryAndStandby(binaries);
  ends.push(() => pair.end());
  await run(
    pair.connectionString,
    `create schema shop; create table shop.orders (id int primary key, note text, made_at timestamptz not null default clock_timestamp())`,
  );
  const stream = await startStream({ database: { connectionString: pair.connectionString, end: async () => {} } });
  ends.push(() => stream.end());
  await stream.platform.database.sourceMapping.create({
    data: {
      organization_id: stream.organization.id,
      table_name: 'shop.orders',
      operations: ['insert'],
      event_type: SHOP_EVENT,
      fields: { id: 'id' },
    },
  });
  stream.read();
  await stream.whenRead('shop.orders');
  await insert(pair.connectionString, 1);
  await stream.whenEvents(1);
  const { slot_name: slot } = await stream.whenState('reading');
  return { pair, stream, slot };
}

async function run(connectionString: string, text: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString });
  client.on('error', () => {});
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}

const insert = (connectionString: string, ...ids: number[]) =>
  run(connectionString, `insert into shop.orders (id) values ${ids.map((id) => `(${id})`).join(', ')}`);

const ids = async (stream: StreamUnderTest) => (await stream.events()).map(({ id }) => id);

/** Until the standby has a row. */
const whenStandbyHas = (connectionString: string, id: number) =>
  until(
    `the standby has the row ${id}`,
    async () => (await run(connectionString, `select from shop.orders where id = ${id}`)).length === 1,
    30_000,
  );

/** @returns the last row that was inserted: the copy is kept once the slot has passed where the standby began. */
async function whenSlotIsCopied(primary: string, standby: string, slot: string): Promise<number> {
  let row = 1;
  await until(
    'the standby keeps a copy of the slot',
    async () => {
      row += 1;
      await insert(primary, row);
      return (await slotsOf(standby, slot))[0]?.temporary === false;
    },
    90_000,
  );
  return row;
}

const whenReported = (stream: StreamUnderTest, text: string) =>
  until(
    `it says ${text}`,
    async () => {
      const found = await stream.platform.database.source.findFirst();
      return found?.problem?.includes(text) ? found : null;
    },
    30_000,
  );

const slotsOf15 = (connectionString: string, slot: string) =>
  run(connectionString, `select wal_status from pg_replication_slots where slot_name = '${slot}'`);

const slotsOf = (connectionString: string, slot: string) =>
  run(
    connectionString,
    `select failover, synced, temporary, invalidation_reason, confirmed_flush_lsn::text as confirmed from pg_replication_slots where slot_name = '${slot}'`,
  );

describe('a failover to a real standby, PostgreSQL 18,', () => {
  test('that copies the slot loses nothing: each change of before, between and after makes exactly one event, and no gap', async () => {
    const { pair, stream, slot } = await readingPair();
    expect((await stream.api.sources.get()).is_failover_slot).toBe(true);
    const standby = await pair.startStandby();
    const row = await whenSlotIsCopied(pair.connectionString, standby.connectionString, slot);
    await stream.whenEvents(row);
    // Read by us, and not known to the copy: it is sent again, and not applied again.
    await run(standby.connectionString, 'alter system set sync_replication_slots = off');
    await run(standby.connectionString, 'select pg_reload_conf()');
    await until('the copy stands still', async () => {
      const workers = await run(
        standby.connectionString,
        `select from pg_stat_activity where backend_type = 'slotsync worker'`,
      );
      return workers.length === 0;
    });
    await insert(pair.connectionString, 101, 102);
    await stream.whenEvents(row + 2);
    await stream.stop();
    await insert(pair.connectionString, 103);
    await whenStandbyHas(standby.connectionString, 103);
    await pair.failOver();
    await insert(pair.connectionString, 104);
    stream.read();
    await stream.whenEvents(row + 4);
    await insert(pair.connectionString, 105);
    await stream.whenEvents(row + 5);
    expect(await ids(stream)).toEqual([
      ...Array.from({ length: row }, (_, index) => index + 1),
      101,
      102,
      103,
      104,
      105,
    ]);
    expect(await stream.gaps()).toEqual([]);
    expect(await slotsOf(pair.connectionString, slot)).toMatchObject([{ failover: true, invalidation_reason: null }]);
  });

  test('that lacks what was read already, and a way back to the old primary: what the new one writes is read, and another log is said, stated and closed', async () => {
    const { pair, stream, slot } = await readingPair();
    const standby = await pair.startStandby();
    const row = await whenSlotIsCopied(pair.connectionString, standby.connectionString, slot);
    await whenStandbyHas(standby.connectionString, row);
    await stream.whenEvents(row);
    // The standby hears no more of the primary, whose log goes on for much longer than the new one's will.
    await run(standby.connectionString, `alter system set primary_conninfo = ''`);
    await run(standby.connectionString, 'select pg_reload_conf()');
    await until(
      'nothing is sent',
      async () =>
        (await run(pair.connectionString, 'select from pg_stat_replication where application_name = $$walreceiver$$'))
          .length === 0,
    );
    await run(
      pair.connectionString,
      `insert into shop.orders select n, repeat('long', 500) from generate_series(1001, 1100) n`,
    );
    await stream.whenEvents(row + 100);
    const { applied_lsn: before } = await stream.platform.database.source.findFirstOrThrow();
    await standby.promote();
    pair.moveTo(standby.connectionString);
    await insert(pair.connectionString, 2001);
    await stream.whenEvents(row + 101);
    await insert(pair.connectionString, 2002);
    await stream.whenEvents(row + 102);
    expect((await ids(stream)).slice(row + 100)).toEqual([2001, 2002]);
    const followed = await stream.platform.database.source.findFirstOrThrow();
    expect(followed.timeline).toBe(2);
    expect(Number(followed.applied_lsn)).toBeLessThan(Number(before));
    expect(await stream.gaps()).toEqual([]);

    // Somebody points the address at the primary of before, which wrote on.
    await insert(pair.primary.connectionString, 3001);
    pair.moveTo(pair.primary.connectionString);
    await whenReported(stream, 'The source is not the server that was read before');
    expect(await stream.api.sources.get()).toMatchObject({ needs_new_slot: true });
    expect((await stream.api.sources.get()).lag_bytes).toBeGreaterThan(0);
    const open = await stream.whenGap(
      'of another log',
      ({ cause, until_at }) => cause === 'slot_lost' && until_at === null,
    );
    expect(open.from_at).not.toBeNull();
    await stream.api.sources.renewSlot({});
    await stream.whenGap('that ended', ({ id, until_at }) => id === open.id && until_at !== null);
    await insert(pair.connectionString, 3002);
    await stream.whenEvents(row + 103);
    await stream.api.sources.gaps.startFill({ id: open.id, column: null });
    await stream.whenGap('that is closed', ({ id, fill_state }) => id === open.id && fill_state === 'done');
    expect((await ids(stream)).slice(row + 102)).toEqual([3002, 3001]);
  });
});

describe.skipIf(!existsSync(DEBIAN_PROGRAMS))(
  `a failover of PostgreSQL 15, which has no failover slots (skipped: ${DEBIAN_PROGRAMS} is not there),`,
  () => {
    test('states the gap with its bounds, and closes it from the table with each change once', async () => {
      const { pair, stream, slot } = await readingPair(DEBIAN_BINARIES);
      expect((await stream.api.sources.get()).is_failover_slot).toBe(false);
      const standby = await pair.startStandby();
      await stream.stop();
      await insert(pair.connectionString, 2, 3);
      await whenStandbyHas(standby.connectionString, 3);
      await pair.primary.kill();
      pair.moveTo(standby.connectionString);
      stream.read();
      const waiting = await whenReported(stream, 'is a standby');
      expect(waiting).toMatchObject({ state: 'broken', needs_new_slot: false });
      expect(await stream.gaps()).toEqual([]);
      await standby.promote();
      await insert(pair.connectionString, 4);
      const gap = await stream.whenGap(
        'that ended',
        ({ cause, until_at }) => cause === 'slot_lost' && until_at !== null,
      );
      const [bounds] = await run(
        pair.connectionString,
        `select bool_and(made_at between '${gap.from_at}' and '${gap.until_at}') as are_within
         from shop.orders where id in (2, 3)`,
      );
      expect(bounds).toEqual({ are_within: true });
      await stream.whenRead('shop.orders');
      await insert(pair.connectionString, 5);
      await until('it reads on', async () => (await ids(stream)).includes(5), 30_000);
      expect(await stream.api.sources.gaps.preview({ id: gap.id, column: null })).toMatchObject({ rows: 5 });
      await stream.api.sources.gaps.startFill({ id: gap.id, column: null });
      await stream.whenGap('that is closed', ({ id, fill_state }) => id === gap.id && fill_state === 'done');
      expect((await ids(stream)).toSorted((one, other) => Number(one) - Number(other))).toEqual([1, 2, 3, 4, 5]);
      expect(await slotsOf15(pair.connectionString, slot)).toEqual([{ wal_status: 'reserved' }]);
    });
  },
);

describe('the slot', () => {
  test('of a version before failover slots becomes one, and nothing that it held is missed', async () => {
    const stream = await startStream();
    ends.push(() => stream.end());
    await stream.sql('create schema shop; create table shop.orders (id int primary key)');
    stream.read();
    await stream.map('shop.orders');
    const { slot_name: slot } = await stream.whenState('reading');
    await stream.stop();
    await stream.sql(`select pg_drop_replication_slot('${slot}')`);
    await stream.sql(`select pg_create_logical_replication_slot('${slot}', 'pgoutput')`);
    await stream.sql('insert into shop.orders values (1)');
    await stream.platform.database.source.updateMany({ data: { is_failover_slot: false } });
    stream.read();
    await stream.whenEvents(1);
    await stream.sql('insert into shop.orders values (2)');
    await stream.whenEvents(2);
    expect(await stream.sql(`select failover from pg_replication_slots where slot_name = '${slot}'`)).toEqual([
      { failover: true },
    ]);
    expect((await stream.api.sources.get()).is_failover_slot).toBe(true);
    expect(await ids(stream)).toEqual([1, 2]);
    expect(await stream.gaps()).toEqual([]);
  });

  test('on a disk that was restored from before, slot and all, skips nothing silently: the gap is stated, and a new slot is offered', async () => {
    const stream = await startStream();
    ends.push(() => stream.end());
    await stream.sql('create schema shop; create table shop.orders (id int primary key)');
    stream.read();
    await stream.map('shop.orders');
    await stream.sql('insert into shop.orders values (1)');
    await stream.whenEvents(1);
    await stream.stop();
    // As far ahead as the console is of a snapshot of the source.
    await stream.platform.pool.query('update source set applied_lsn = applied_lsn + 1000000000000');
    await stream.sql('insert into shop.orders values (2)');
    stream.read();
    await stream.whenState('broken');
    expect(await stream.api.sources.get()).toMatchObject({ needs_new_slot: true, open_gaps: expect.any(Number) });
    await stream.api.sources.renewSlot({});
    const gap = await stream.whenGap(
      'that ended',
      ({ table, until_at }) => table === 'shop.orders' && until_at !== null,
    );
    await stream.whenRead('shop.orders');
    await stream.sql('insert into shop.orders values (3)');
    await stream.whenEvents(2);
    await stream.api.sources.gaps.startFill({ id: gap.id, column: null });
    await stream.whenGap('that is closed', ({ id, fill_state }) => id === gap.id && fill_state === 'done');
    expect(await ids(stream)).toEqual([1, 3, 2]);
  });
});
