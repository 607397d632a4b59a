import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { appRouter } from '#api/router.ts';
import { eraseEventData } from '#features/events/erase-event-data.ts';
import type { OpenPlatform } from '#platform/open-platform.ts';
import { storedEvents } from '#testing/stored-events.ts';
import { createTestOrganization, createTestPlatform, type TestOrganization } from '#testing/test-platform.ts';
import { until } from '#testing/until.ts';
import { startSource } from './stream/run-source.ts';

vi.setConfig({ testTimeout: 60_000 });

let platform: OpenPlatform;
let organization: TestOrganization;
let source: { stop(): Promise<void> };
let console: ReturnType<typeof appRouter.createCaller>;

beforeAll(async () => {
  platform = await createTestPlatform();
  organization = await createTestOrganization(platform);
  await platform.pool.query(`
    create schema shop;
    create table shop.orders (id int primary key, state text, owner text);
    alter table shop.orders replica identity full;
    create table shop.notes (note text);
    insert into shop.orders values (1, 'new', 'x'), (2, 'paid', 'y')`);
  await platform.database.eventType.create({ data: { organization_id: organization.id, name: 'order.paid' } });
  console = appRouter.createCaller({
    platform,
    caller: {
      kind: 'user',
      id: 'u',
      name: 'Ada',
      email: 'a@example.com',
      organization_id: organization.id,
      role: 'admin',
    },
    ip: null,
    user_agent: null,
    host: null,
  });
  source = startSource(platform);
  await until('the stream is read', async () => (await platform.database.source.findFirst())?.state === 'reading');
});
afterAll(async () => {
  await source.stop();
  await platform.close();
});

const PAID = {
  table: 'shop.orders',
  operations: ['insert', 'update'] as ('insert' | 'update')[],
  conditions: [{ column: 'state', test: 'becomes' as const, value: 'paid' }],
  event_type: 'order.paid',
  fields: { order_id: 'id', 'owner.name': 'owner' },
};

describe('a mapping of one’s own', () => {
  test('is previewed over the rows of a table that is not read yet', async () => {
    expect(await console.sources.mappings.preview(PAID)).toEqual({
      basis: 'rows',
      looked_at: 2,
      items: [
        {
          at: null,
          operation: 'insert',
          data: { operation: 'insert', order_id: 2, owner: { name: 'y' } },
          problem: null,
        },
      ],
    });
  });

  test('is followed at once, is previewed over what changed, changed, switched off and deleted', async () => {
    const made = await console.sources.mappings.create(PAID);
    expect(await console.sources.mappings.list()).toMatchObject({ items: expect.arrayContaining([made]) });
    const paid = async () =>
      (await storedEvents(platform, organization.id))
        .filter(({ type }) => type === 'order.paid')
        .map(({ data }) => data);
    await until('the table is published', async () => {
      const { rowCount } = await platform.pool.query(`select from pg_publication_tables where schemaname = 'shop'`);
      return rowCount === 1;
    });
    await platform.pool.query(`update shop.orders set state = 'paid' where id = 1`);
    await platform.pool.query(`update shop.orders set owner = 'z' where id = 1`);
    await until('the event is there', async () => (await paid()).length === 1);
    expect(await paid()).toEqual([{ operation: 'update', order_id: 1, owner: { name: 'x' } }]);

    const preview = await until('the changes are kept', async () => {
      const found = await console.sources.mappings.preview({ ...PAID, fields: {} });
      return found.basis === 'changes' && found.looked_at === 2 ? found : null;
    });
    expect(preview.items).toEqual([
      {
        at: expect.any(String),
        operation: 'update',
        data: { operation: 'update', id: 1, state: 'paid', owner: 'x' },
        problem: null,
      },
    ]);

    const changed = await console.sources.mappings.update({ id: made.id ?? '', fields: { number: 'id' } });
    expect(changed).toEqual({ ...made, fields: { number: 'id' }, version: changed.version });
    expect(changed.version).not.toBe(made.version);
    await console.sources.mappings.update({ id: made.id ?? '', enabled: false });
    await console.sources.mappings.delete({ id: made.id ?? '' });
    await until('the table is not published any more', async () => {
      const { rowCount } = await platform.pool.query(`select from pg_publication_tables where schemaname = 'shop'`);
      return rowCount === 0;
    });
    const audited = await platform.database.auditLog.findMany({ where: { target_type: 'source_mapping' } });
    expect(audited.map(({ action, target_name }) => [action, target_name])).toEqual([
      ['source_mapping.created', 'shop.orders → order.paid'],
      ['source_mapping.updated', 'shop.orders → order.paid'],
      ['source_mapping.updated', 'shop.orders → order.paid'],
      ['source_mapping.deleted', 'shop.orders → order.paid'],
    ]);
  });

  test('whose event is erased loses the changes that are kept for previews, and so does one that is deleted', async () => {
    const { id } = await console.sources.mappings.create({ ...PAID, conditions: [], fields: {} });
    const samples = async () => JSON.stringify(await platform.database.sourceSample.findMany());
    const change = (owner: string) => platform.pool.query('update shop.orders set owner = $1 where id = 2', [owner]);
    const eventOf = (owner: string) =>
      until(`the event of ${owner}`, async () => {
        const { rows } = await platform.pool.query<{ id: string }>(
          `select id from event where organization_id = $1 and body::jsonb #>> '{data,owner}' = $2`,
          [organization.id, owner],
        );
        return rows[0]?.id;
      });
    await until('the table is published', async () => {
      const { rowCount } = await platform.pool.query(`select from pg_publication_tables where schemaname = 'shop'`);
      return rowCount === 1;
    });

    await change('kept-person');
    await until('it is kept', async () => (await samples()).includes('kept-person'));
    await eraseEventData(organization.scope(), await eventOf('kept-person'));
    expect(await samples()).not.toContain('kept-person');

    await console.sources.mappings.delete({ id: id ?? '' });
    await until('the changes of a table without a mapping go', async () => (await samples()) === '[]');
  });

  test.each([
    [
      'of the console’s own tables',
      { table: 'public.session' },
      ['table'],
      /no table public\.session, or the console may not read it/,
    ],
    ['of what is built in', { table: 'dataintel.pipeline_runs' }, ['table'], /is built in/],
    ['of a table without a key', { table: 'shop.notes', conditions: [], fields: {} }, ['table'], /has no primary key/],
    ['of a column that is not there', { fields: { x: 'color' } }, ['fields', 'x'], /no column "color"/],
    [
      'by a column that is not there',
      { conditions: [{ column: 'color', test: 'changes' as const }] },
      ['conditions', '0', 'column'],
      /no column/,
    ],
    ['to an unknown event type', { event_type: 'order.payed' }, ['event_type'], /order\.paid/],
  ])('%s is refused, and the message says what to change', async (_what, change, path, message) => {
    await expect(console.sources.mappings.create({ ...PAID, ...change })).rejects.toMatchObject({
      code: 'BAD_REQUEST',
      issues: expect.arrayContaining([{ path, message: expect.stringMatching(message) }]),
    });
  });
});

describe('the source', () => {
  test('says how it stands, is paused and resumed, and both are audited', async () => {
    expect(await console.sources.get()).toMatchObject({
      state: 'reading',
      is_own: true,
      slot_name: expect.stringMatching(/^honeyframe_/),
      reader: expect.stringContaining(`process ${process.pid}`),
      problem: null,
    });
    expect((await console.sources.pause({})).paused_at).not.toBeNull();
    await until('it is paused', async () => (await console.sources.get()).state === 'paused');
    expect((await console.sources.resume({})).paused_at).toBeNull();
    await until('it is read again', async () => (await console.sources.get()).state === 'reading');
    const audited = await platform.database.auditLog.findMany({ where: { target_type: 'source' } });
    expect(audited.map(({ action }) => action)).toEqual(['source.paused', 'source.resumed']);
  });

  test('lists the tables that may be read, and none of the console’s own', async () => {
    const { items } = await console.sources.tables();
    expect(items).toEqual([
      { name: 'shop.notes', columns: ['note'], has_identity: false },
      { name: 'shop.orders', columns: ['id', 'state', 'owner'], has_identity: true },
    ]);
  });
});
