import { randomUUID } from 'node:crypto';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { startKillablePostgres } from '#testing/killable-postgres.ts';
import { createSourceDatabase, SHOP_EVENT, type StreamUnderTest, startStream } from '#testing/stream-under-test.ts';
import { until } from '#testing/until.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

let stream: StreamUnderTest;
afterEach(() => stream.end());

const ORDERS = `create schema shop; create table shop.orders (id bigint primary key, state text, is_gift boolean,
  updated_at timestamptz not null default clock_timestamp())`;
const statesOf = (events: Record<string, unknown>[]) => events.map(({ id, state }) => `${String(id)} ${String(state)}`);
const audited = async () =>
  (
    await stream.platform.database.auditLog.findMany({
      where: { action: { startsWith: 'source' }, target_type: { in: ['source', 'source_gap'] } },
      orderBy: { id: 'asc' },
    })
  ).map(({ action }) => action);
const closed = (id: string) => stream.whenGap('that is closed', (gap) => gap.id === id && gap.closed_at !== null);

/** Ends the slot's use as `max_slot_wal_keep_size` does. */
async function withLostSlot() {
  const server = await startKillablePostgres();
  await server.restartWith('wal_level=logical', 'max_slot_wal_keep_size=1MB', 'min_wal_size=32MB', 'max_wal_size=32MB');
  stream = await startStream({ database: { connectionString: server.connectionString, end: () => server.stop() } });
  await stream.sql(ORDERS);
  await stream.platform.database.sourceMapping.create({
    data: {
      organization_id: stream.organization.id,
      table_name: 'shop.orders',
      operations: ['insert', 'update'],
      event_type: SHOP_EVENT,
    },
  });
  stream.read();
  await stream.whenState('reading');
  await stream.sql(`insert into shop.orders (id, state) values (1, 'read before'), (2, 'read before')`);
  await stream.whenEvents(2);
  await stream.api.sources.pause({});
  await stream.whenState('paused');
  await stream.sql(`update shop.orders set state = 'changed in the gap', updated_at = clock_timestamp() where id = 2;
    insert into shop.orders (id, state, is_gift) values (3, 'made in the gap', true), (9007199254740993, 'made in the gap', false)`);
  for (let index = 0; index < 6; index += 1)
    await stream
      .sql('select pg_logical_emit_message(false, $$t$$, $$x$$)')
      .then(() => stream.sql('select pg_switch_wal()'))
      .then(() => stream.sql('checkpoint'));
  await stream.whenState('broken');
}

describe('a gap', () => {
  test('of a lost slot is offered to be closed: a new slot, and the rows of the table, each change once', async () => {
    await withLostSlot();
    const broken = await stream.api.sources.get();
    expect(broken).toMatchObject({ needs_new_slot: true, open_gaps: 1 });
    expect(broken.lag_bytes).toBeGreaterThan(0);
    expect(broken.lag_seconds).toBeGreaterThan(0);
    const [open] = await stream.gaps();
    expect(open).toMatchObject({
      table: 'shop.orders',
      cause: 'slot_lost',
      until_at: null,
      from_at: expect.anything(),
    });
    await expect(stream.api.sources.gaps.startFill({ id: open?.id ?? '' })).rejects.toMatchObject({ code: 'CONFLICT' });

    await stream.api.sources.renewSlot({});
    await stream.api.sources.resume({});
    await stream.whenState('reading');
    const gap = await stream.whenGap('that ended', ({ id, until_at }) => id === open?.id && until_at !== null);
    expect((await stream.api.sources.get()).needs_new_slot).toBe(false);
    await expect(stream.api.sources.renewSlot({})).rejects.toMatchObject({ code: 'CONFLICT' });
    await stream.sql(`insert into shop.orders (id, state) values (4, 'read after')`);
    await stream.whenEvents(3);

    const preview = await stream.api.sources.gaps.preview({ id: gap.id });
    expect(preview).toMatchObject({
      fill: { column: 'updated_at', from: expect.any(String), until: expect.any(String) },
      rows: 5,
      looked_at: 5,
      events: 3,
      known: 2,
      refused: 0,
    });
    expect(preview.items).toHaveLength(3);
    expect(await stream.events()).toHaveLength(3);

    expect(await stream.api.sources.gaps.startFill({ id: gap.id })).toMatchObject({ fill_state: 'asked' });
    expect(await closed(gap.id)).toMatchObject({ fill_state: 'done', looked_at: 5, filled: 3, known: 2, refused: 0 });
    const events = await stream.events();
    expect(statesOf(events)).toEqual([
      '1 read before',
      '2 read before',
      '4 read after',
      '2 changed in the gap',
      '3 made in the gap',
      // As JSON.parse reads it; its digits follow.
      '9007199254740992 made in the gap',
    ]);
    expect(events.slice(3)).toMatchObject([
      { operation: 'update', is_gift: null },
      { operation: 'update', is_gift: true },
      { operation: 'update', is_gift: false },
    ]);
    const { rows } = await stream.platform.pool.query(`select from event where body like '%"id":9007199254740993,%'`);
    expect(rows).toHaveLength(1);

    await expect(stream.api.sources.gaps.startFill({ id: gap.id })).rejects.toMatchObject({ code: 'CONFLICT' });
    expect(await audited()).toEqual(['source.paused', 'source.slot_renewed', 'source.resumed', 'source_gap.filled']);
  });

  test('of changes that a renamed column had refused is filled once the mapping is right, by key', async () => {
    stream = await startStream();
    await stream.sql(ORDERS);
    stream.read();
    await stream.whenState('reading');
    const mapping = await stream.map('shop.orders', { fields: { id: 'id', state: 'state' } });
    await stream.sql(`insert into shop.orders (id, state) values (1, 'read')`);
    await stream.whenEvents(1);
    await stream.sql('alter table shop.orders rename column state to status');
    await stream.sql(`insert into shop.orders (id, status) values (2, 'refused'), (3, 'refused')`);
    const gap = await stream.whenGap('of two', ({ changes }) => changes === 2);
    expect(gap).toMatchObject({
      cause: 'refused',
      table: 'shop.orders',
      detail: expect.stringContaining('no column "state"'),
    });
    expect(gap.from_at && gap.until_at).toBeTruthy();

    await stream.api.sources.mappings.update({ id: mapping.id ?? '', fields: { id: 'id', state: 'status' } });
    const range = { id: gap.id, column: 'id', from: '2', until: '2' };
    expect(await stream.api.sources.gaps.preview(range)).toMatchObject({ rows: 1, events: 1 });
    await expect(stream.api.sources.gaps.preview({ ...range, from: 'two' })).rejects.toMatchObject({
      code: 'BAD_REQUEST',
      issues: [{ path: ['from'], message: 'Must be a value of the type bigint.' }],
    });
    await expect(stream.api.sources.gaps.preview({ ...range, column: 'x"' })).rejects.toMatchObject({
      code: 'BAD_REQUEST',
    });
    await stream.api.sources.gaps.startFill({ id: gap.id, column: null });
    expect(await closed(gap.id)).toMatchObject({ fill_state: 'done', filled: 2, known: 1 });
    expect(statesOf(await stream.events())).toEqual(['1 read', '2 refused', '3 refused']);

    // Another gap over the same rows: they are events by now, in whatever way.
    await stream.platform.database.sourceGap.create({
      data: {
        database_key: (await stream.platform.database.source.findFirstOrThrow()).database_key,
        table_name: 'shop.orders',
        cause: 'refused',
        detail: 'again',
        from_at: gap.from_at,
        until_at: new Date(),
      },
    });
    const again = await stream.whenGap('that is open', ({ closed_at }) => closed_at === null);
    await stream.api.sources.gaps.startFill({ id: again.id, column: null });
    expect(await closed(again.id)).toMatchObject({ fill_state: 'done', filled: 0, known: 3 });
    expect(await stream.events()).toHaveLength(3);
  });

  test('that is filled while the reader goes away is filled to its end by the next one, and no change twice', async () => {
    stream = await startStream({ database: await createSourceDatabase() });
    await stream.sql(`${ORDERS}; insert into shop.orders (id, state) select n, 'old' from generate_series(1, 4000) n;
      create schema dataintel; create table dataintel.pipeline_runs (id uuid primary key)`);
    stream.read();
    await stream.whenState('reading');
    await stream.map('shop.orders');
    const { database_key } = await stream.platform.database.source.findFirstOrThrow();
    const { id } = await stream.platform.database.sourceGap.create({
      data: { database_key, table_name: 'shop.orders', cause: 'replaced', detail: 'x', until_at: new Date() },
    });
    await stream.api.sources.gaps.startFill({ id });
    await until('some are filled', async () => (await stream.api.sources.gaps.get({ id })).filled > 0, 30_000);
    await stream.stop();
    const filled = (await stream.api.sources.gaps.get({ id })).filled;
    stream.read();
    expect(await closed(id)).toMatchObject({ fill_state: 'done', filled: 4000, known: 0 });
    expect(new Set((await stream.events()).map((event) => event.id)).size).toBe(4000);
    expect(await stream.events()).toHaveLength(4000);
    expect(filled).toBeGreaterThan(0);
  });

  test('is closed without filling it, by administrators of the first organization alone, and that is audited', async () => {
    stream = await startStream();
    stream.read();
    const { database_key } = await stream.whenState('reading');
    const { id } = await stream.platform.database.sourceGap.create({
      data: { database_key, table_name: 'shop.gone', cause: 'replaced', detail: 'x', until_at: new Date() },
    });
    await expect(stream.api.sources.gaps.preview({ id })).rejects.toMatchObject({ code: 'BAD_REQUEST' });
    expect((await stream.api.sources.gaps.close({ id })).closed_at).not.toBeNull();
    await expect(stream.api.sources.gaps.close({ id })).rejects.toMatchObject({ code: 'CONFLICT' });
    await expect(stream.api.sources.gaps.get({ id: randomUUID() })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(await audited()).toEqual(['source_gap.closed']);
  });
});
