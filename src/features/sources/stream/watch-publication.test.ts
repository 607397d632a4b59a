import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { createDatabase } from '#testing/create-database.ts';
import { DEBIAN_BINARIES, DEBIAN_PROGRAMS, startKillablePostgres } from '#testing/killable-postgres.ts';
import {
  createSourceDatabase,
  roleName,
  SHOP_EVENT,
  type SourceDatabase,
  type StreamUnderTest,
  startStream,
} from '#testing/stream-under-test.ts';
import { until } from '#testing/until.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

const ids = async (stream: StreamUnderTest, count: number, from: number) =>
  (await stream.whenEvents(from + count)).slice(from).map(({ id }) => id);

describe('where an event trigger is allowed, the stream', () => {
  let stream: StreamUnderTest;
  let seen = 0;
  beforeAll(async () => {
    stream = await startStream();
    await stream.sql('create schema shop; create schema other');
    stream.read();
    await stream.whenState('reading');
  });
  afterAll(() => stream.end());
  /** The ids of the next events, which are all there are. */
  async function next(count: number) {
    const found = await ids(stream, count, seen);
    seen += count;
    return found;
  }

  test('reads partitioned tables, with partitions of partitions, in other schemas, attached later and detached', async () => {
    await stream.sql(`create table shop.parts (id int, k text, ts date, primary key (id, ts)) partition by range (ts);
      create table shop.parts_1 partition of shop.parts for values from ('2026-01-01') to ('2027-01-01')`);
    await stream.map('shop.parts');
    await stream.sql(`insert into shop.parts values (1, 'a', '2026-03-01')`);
    expect(await next(1)).toEqual([1]);
    await stream.sql(`create table other.parts_2 partition of shop.parts for values from ('2027-01-01') to ('2028-01-01')
        partition by range (ts);
      create table other.parts_2a partition of other.parts_2 for values from ('2027-01-01') to ('2027-07-01');
      create table shop.parts_3 (like shop.parts including all);
      alter table shop.parts attach partition shop.parts_3 for values from ('2028-01-01') to ('2029-01-01')`);
    await stream.sql(`insert into shop.parts values (2, 'b', '2027-02-01'), (3, 'c', '2028-02-01')`);
    await stream.sql(
      `insert into other.parts_2a values (4, 'd', '2027-03-01'); update shop.parts set k = 'x' where id = 1`,
    );
    expect(await next(4)).toEqual([2, 3, 4, 1]);
    await stream.sql(`alter table shop.parts detach partition shop.parts_3; insert into shop.parts_3 values (5, 'e', '2028-03-01');
      delete from shop.parts where id = 4`);
    expect(await next(1)).toEqual([4]);
    expect((await stream.events()).map(({ operation }) => operation)).toEqual([
      'insert',
      'insert',
      'insert',
      'insert',
      'update',
      'delete',
    ]);
    expect(await stream.gaps()).toEqual([]);
  });

  test('reads a table that is dropped and made again, from its first row on, and one that takes its name', async () => {
    await stream.sql('create table shop.t2 (id int primary key, a text)');
    await stream.map('shop.t2');
    await stream.sql(`insert into shop.t2 values (10, 'x')`);
    await stream.sql('drop table shop.t2; create table shop.t2 (id int primary key, a text)');
    await stream.sql(`insert into shop.t2 values (11, 'y')`);
    await stream.sql(`begin; drop table shop.t2; create table shop.t2 (id int primary key, a text, b text);
      insert into shop.t2 values (12, 'z', 'b'); commit`);
    await stream.sql(`create table shop.t2_new (id int primary key, a text); insert into shop.t2_new values (100, 'before');
      begin; alter table shop.t2 rename to t2_old; alter table shop.t2_new rename to t2; commit`);
    await stream.sql(`insert into shop.t2 values (13, 'new'); insert into shop.t2_old values (101, 'old', 'old')`);
    await stream.sql(`alter schema shop rename to shop_2; insert into shop_2.t2 values (102, 'elsewhere');
      alter schema shop_2 rename to shop; insert into shop.t2 values (14, 'back')`);
    expect(await next(5)).toEqual([10, 11, 12, 13, 14]);
    // What it held when it took the name are no changes: said, with the bounds.
    const gap = await stream.whenGap(
      'of the other table',
      ({ table, cause }) => table === 'shop.t2' && cause === 'replaced',
    );
    expect(gap.until_at).not.toBeNull();
    expect(new Date(String(gap.from_at)).getTime()).toBeLessThanOrEqual(new Date(String(gap.until_at)).getTime());
  });

  test('keeps a table that a new mapping brought in published from then on, so that no change of it is missed', async () => {
    await stream.sql(`create table shop.t8 (id int primary key, a text); create table shop.seen (id serial, is_in boolean);
      create function shop.see() returns event_trigger language plpgsql as $$ begin
        insert into shop.seen (is_in) select exists (select from pg_publication_tables where tablename = 't8'); end $$;
      create event trigger zz_see on ddl_command_end execute function shop.see()`);
    await stream.map('shop.t8');
    await stream.sql('drop event trigger zz_see');
    const states = (await stream.sql('select is_in from shop.seen order by id')).map(({ is_in }) => is_in);
    expect(states).toContain(true);
    expect(states.slice(states.indexOf(true))).not.toContain(false);
  });

  test('never makes a write of the platform fail: a table whose key goes is let go at once, and read again with the key', async () => {
    await stream.sql(
      'create table shop.t3 (id int primary key, a text); create table shop.t4 (id int primary key, a text)',
    );
    await stream.map('shop.t3');
    await stream.map('shop.t4');
    await stream.sql(`insert into shop.t3 values (20, 'a')`);
    expect(await next(1)).toEqual([20]);
    await stream.sql('alter table shop.t3 drop constraint t3_pkey');
    await stream.sql(`update shop.t3 set a = 'b'; delete from shop.t3`);
    const warning = await stream.whenWarned('shop.t3 has no primary key');
    expect(warning?.remedy).toBe('ALTER TABLE "shop"."t3" REPLICA IDENTITY FULL;');
    const open = await stream.whenGap(
      'that goes on',
      ({ table, until_at }) => table === 'shop.t3' && until_at === null,
    );
    expect(open).toMatchObject({ cause: 'not_published', from_at: expect.anything() });
    await stream.sql(`insert into shop.t4 values (21, 'other tables go on')`);
    expect(await next(1)).toEqual([21]);

    await stream.sql(warning?.remedy ?? '');
    await stream.sql(`insert into shop.t3 values (22, 'c')`);
    expect(await next(1)).toEqual([22]);
    await stream.whenGap('that ended', ({ id, until_at }) => id === open.id && until_at !== null);

    await stream.sql(`alter table shop.t4 alter column a set not null; create unique index by_a on shop.t4 (a);
      alter table shop.t4 replica identity using index by_a; alter table shop.t4 drop constraint t4_pkey`);
    await stream.sql('drop index shop.by_a');
    await stream.sql(`update shop.t4 set a = 'free'`);
    expect((await stream.whenWarned('shop.t4 has lost the index'))?.remedy).toBe(
      'ALTER TABLE "shop"."t4" REPLICA IDENTITY FULL;',
    );
  });

  test('follows a mapping that is edited while the clock is set back', async () => {
    await stream.sql('create table shop.t5 (id int primary key, a text, b text)');
    const mapping = await stream.map('shop.t5', { fields: { id: 'id', v: 'a' } });
    await stream.platform.pool.query(
      `update source_mapping set fields = '{"id": "id", "v": "b"}', updated_at = now() - interval '1 day' where id = $1`,
      [mapping.id],
    );
    let id = 30;
    await until('the other column is sent', async () => {
      id += 1;
      await stream.sql(`insert into shop.t5 values (${id}, 'a', 'b')`);
      return (await stream.events()).some(({ v }) => v === 'b');
    });
    seen = await until('all are there', async () => {
      const { length } = await stream.events();
      return length === seen + id - 30 ? length : null;
    });
  });

  test('counts a row without an organization and a truncated table as refused, each in a gap with its bounds', async () => {
    await stream.sql('create table shop.t6 (id int primary key, owner text)');
    await stream.map('shop.t6', { organization_column: 'owner' });
    const { refused } = await stream.api.sources.get();
    await stream.sql(`insert into shop.t6 values (40, null), (41, '${stream.organization.id}'), (42, 'nobody')`);
    expect(await next(1)).toEqual([41]);
    await stream.sql('truncate shop.t6');
    const gap = await stream.whenGap('of three', ({ table, changes }) => table === 'shop.t6' && changes === 3);
    expect(gap).toMatchObject({
      cause: 'refused',
      detail: "shop.t6 was truncated. PostgreSQL doesn't send the deleted rows, so they created no events.",
    });
    expect((await stream.api.sources.get()).refused).toBe(refused + 3);
  });

  test('reads a table that another becomes a part of by inheritance, and leaves the part alone', async () => {
    await stream.sql(
      `create table shop.t7 (id int primary key, a text); create table shop.t7_part () inherits (shop.t7)`,
    );
    await stream.map('shop.t7');
    await stream.sql(
      `insert into shop.t7 values (50, 'a'); insert into shop.t7_part values (51, 'b'); update shop.t7 set a = 'c'`,
    );
    expect(await next(2)).toEqual([50, 50]);
  });

  test.each([
    ['a view', 'create view shop.x as select 1 as id', /is a view, and only changes of tables/],
    ['an unlogged table', 'create unlogged table shop.x (id int primary key)', /is unlogged/],
    [
      'a partition',
      'create table shop.r (id int primary key) partition by range (id); create table shop.x partition of shop.r default',
      /is a partition of shop\.r\. Map the partitioned/,
    ],
    [
      'a partitioned table without a key',
      'create table shop.x (id int) partition by range (id)',
      /no primary key, so a new partition/,
    ],
    ['a table with a deferrable key', 'create table shop.x (id int primary key deferrable)', /deferrable/],
    [
      'a virtual column',
      'create table shop.x (id int primary key, v int generated always as (1) virtual)',
      /generated column/,
      { v: 'v' },
    ],
  ])('refuses to map %s, and says why', async (_what, statements, message, fields: Record<string, string> = {}) => {
    await stream.sql(statements);
    await expect(
      stream.api.sources.mappings.create({ table: 'shop.x', operations: ['insert'], event_type: SHOP_EVENT, fields }),
    ).rejects.toMatchObject({ code: 'BAD_REQUEST', message: expect.stringMatching(message) });
    await stream.sql('drop table if exists shop.r cascade').catch(() => {});
    await stream.sql(`do $$ begin execute (select format('drop %s if exists shop.x cascade',
      case relkind when 'v' then 'view' else 'table' end) from pg_class where oid = to_regclass('shop.x')); exception when others then null; end $$`);
  });
});

const servers: [
  string,
  boolean,
  () => Promise<{ open: () => Promise<SourceDatabase>; end: () => Promise<unknown> }>,
][] = [
  ['PostgreSQL 18', true, async () => ({ open: createSourceDatabase, end: async () => {} })],
  [
    'PostgreSQL 15',
    existsSync(DEBIAN_PROGRAMS),
    async () => {
      const server = await startKillablePostgres(DEBIAN_BINARIES);
      const open = async () => {
        const connectionString = await createDatabase(server.connectionString, `source_${randomUUID()}`);
        return { connectionString, end: async () => {} };
      };
      return { open, end: () => server.stop() };
    },
  ],
];

// Each test has a stream of its own and waits for its looks at the publication, so that they wait together.
for (const [version, isThere, start] of servers)
  describe(`of ${version} without the right to an event trigger, or with it, the stream`, {
    concurrent: true,
    skip: !isThere,
  }, () => {
    let server: Awaited<ReturnType<typeof start>>;
    beforeAll(async () => {
      server = await start();
    });
    afterAll(() => server.end());
    const open = () => server.open();

    test('notices within seconds what became of its tables, states each gap with its bounds, and no write fails for longer', async () => {
      const database = await open();
      const user = roleName();
      const stream = await startStream({ database, user });
      try {
        const asUser = (statements: string) => stream.sql(`set role ${user}; ${statements}; reset role`);
        await stream.sql(`create role ${user} login replication password 'secret'; create schema shop authorization ${user};
          do $$ begin execute format('grant create on database %I to ${user}', current_database()); end $$`);
        await asUser(`create table shop.t (id int primary key, a text);
          create table shop.p (id int primary key) partition by range (id); create table shop.p1 partition of shop.p default`);
        await stream.platform.database.sourceMapping.createMany({
          data: ['shop.t', 'shop.p'].map((table_name) => ({
            organization_id: stream.organization.id,
            table_name,
            operations: ['insert', 'update'],
            event_type: SHOP_EVENT,
          })),
        });
        stream.read();
        await stream.whenState('reading');
        await asUser(`insert into shop.t values (1, 'x'); insert into shop.p values (2)`);
        expect(await ids(stream, 2, 0)).toEqual([1, 2]);

        const { rows: before } = await stream.platform.pool.query<{ relation_id: string }>(
          `select relation_id from source_table where table_name = 'shop.t'`,
        );
        await asUser('drop table shop.t; create table shop.t (id int primary key, a text)');
        const gap = await stream.whenGap(
          'of the new table',
          ({ table, until_at }) => table === 'shop.t' && until_at !== null,
        );
        expect(gap.from_at).not.toBeNull();
        expect(before[0]?.relation_id).toBeDefined();
        await asUser(`insert into shop.t values (3, 'y')`);
        expect(await ids(stream, 1, 2)).toEqual([3]);

        await asUser('alter table shop.t drop constraint t_pkey');
        await until('updates succeed', () =>
          asUser(`update shop.t set a = 'z'`).then(
            () => true,
            () => stream.sql('rollback; reset role').then(() => false),
          ),
        );
        await stream.whenWarned('shop.t has no primary key');
        await asUser('insert into shop.p values (4)');
        expect(await ids(stream, 1, 3)).toEqual([4]);
      } finally {
        await stream.end();
      }
    });

    test('of a publication that it may not alter reads what is in it: each other table waits with its remedy, which helps', async () => {
      const database = await open();
      const user = roleName();
      const stream = await startStream({ database, user });
      try {
        // No USAGE on the schema, and no SELECT: reading the stream needs neither.
        await stream.sql(`create role ${user} login replication password 'secret'; create schema shop;
          create table shop.a (id int primary key); create table shop.b (id int primary key);
          create table shop.p (id int primary key) partition by range (id); create table shop.p1 partition of shop.p default`);
        const map = (table_name: string) =>
          stream.platform.database.sourceMapping.create({
            data: {
              organization_id: stream.organization.id,
              table_name,
              operations: ['insert'],
              event_type: SHOP_EVENT,
            },
          });
        await map('shop.a');
        stream.read();
        const broken = await stream.whenState('broken');
        expect(broken.problem).toContain('may not create the publication');
        // As somebody would write it who does not look into the manual for partitions.
        await stream.sql((broken.remedy ?? '').replace(/ WITH \(.*\)/, ''));
        await stream.whenRead('shop.a');
        await stream.sql('insert into shop.a values (1)');
        expect(await ids(stream, 1, 0)).toEqual([1]);

        await map('shop.b');
        const waiting = await stream.whenWarned('shop.b is not in the publication');
        expect(await stream.platform.database.source.findFirst()).toMatchObject({ state: 'reading', problem: null });
        await stream.sql('insert into shop.b values (2); insert into shop.a values (3)');
        expect(await ids(stream, 1, 1)).toEqual([3]);
        await stream.sql(waiting?.remedy ?? '');
        await stream.whenRead('shop.b');
        await stream.sql('insert into shop.b values (4)');
        expect(await ids(stream, 1, 2)).toEqual([4]);

        await map('shop.p');
        await stream.sql((await stream.whenWarned('shop.p is not in the publication'))?.remedy ?? '');
        const partitioned = await stream.whenWarned('sends its changes under the names of the partitions');
        await stream.sql('insert into shop.a values (5)');
        expect(await ids(stream, 1, 3)).toEqual([5]);
        expect(partitioned?.remedy).toMatch(/SET \(publish_via_partition_root = true\);$/);
        await stream.sql(partitioned?.remedy ?? '');
        await stream.whenRead('shop.p');
        await stream.sql('insert into shop.p values (6)');
        expect(await ids(stream, 1, 4)).toEqual([6]);
        expect((await stream.api.sources.get()).warnings.filter(({ message }) => message.includes('shop.'))).toEqual(
          [],
        );

        // What asks rows of the source needs rights, and says which, one after the other, until none is missing.
        const preview = () =>
          stream.api.sources.mappings.preview({ table: 'shop.p', operations: ['insert'], event_type: SHOP_EVENT });
        // A reader that goes on keeps samples, which answer a preview without a look at the table.
        await stream.stop();
        await stream.platform.database.sourceSample.deleteMany();
        const usage: Error = await preview().then(
          () => new Error('allowed'),
          (error: Error) => error,
        );
        expect(usage.message).toContain(`GRANT USAGE ON SCHEMA "shop" TO "${user}";`);
        await stream.sql(`GRANT USAGE ON SCHEMA "shop" TO "${user}";`);
        const select: Error = await preview().then(
          () => new Error('allowed'),
          (error: Error) => error,
        );
        expect(select.message).toContain(`GRANT SELECT ON "shop"."p" TO "${user}";`);
        await stream.sql(`GRANT SELECT ON "shop"."p" TO "${user}";`);
        expect(await preview()).toMatchObject({ looked_at: 1 });
      } finally {
        await stream.end();
      }
    });

    test('with that right lets a table go and come back in the transaction that changes it', async () => {
      const stream = await startStream({ database: await open() });
      try {
        await stream.sql('create schema shop; create table shop.t (id int primary key, a text)');
        await stream.platform.database.sourceMapping.create({
          data: {
            organization_id: stream.organization.id,
            table_name: 'shop.t',
            operations: ['insert', 'update'],
            event_type: SHOP_EVENT,
          },
        });
        stream.read();
        await stream.whenRead('shop.t');
        await stream.sql('drop table shop.t; create table shop.t (id int primary key, a text)');
        await stream.sql('insert into shop.t values (1)');
        expect(await ids(stream, 1, 0)).toEqual([1]);
        await stream.sql('alter table shop.t drop constraint t_pkey');
        await stream.sql(`update shop.t set a = 'free'; delete from shop.t`);
        await stream.sql('alter table shop.t add primary key (id)');
        await stream.sql('insert into shop.t values (2)');
        expect(await ids(stream, 1, 1)).toEqual([2]);
      } finally {
        await stream.end();
      }
    });

    test.each([
      ['FOR ALL TABLES', 'FOR ALL TABLES', null],
      ['FOR TABLES IN SCHEMA', 'FOR TABLES IN SCHEMA shop', null],
      ['with a list of columns', 'FOR TABLE shop.a (id), shop.p', 'sends only these columns of shop.a: id'],
      ['with a filter of rows', 'FOR TABLE shop.a WHERE (id > 1), shop.p', 'sends only rows of shop.a where (id > 1)'],
      ['of inserts alone', `FOR TABLE shop.a, shop.p`, 'send updates, which a mapping of shop.a needs'],
    ])('of a publication %s says what it leaves out', async (kind, what, warning) => {
      const database = await open();
      const user = roleName();
      const stream = await startStream({ database, user });
      try {
        await stream.sql(`create role ${user} login replication password 'secret'; create schema shop;
          create table shop.a (id int primary key, a text);
          create table shop.p (id int primary key) partition by range (id); create table shop.p1 partition of shop.p default`);
        await stream.platform.database.sourceMapping.createMany({
          data: ['shop.a', 'shop.p'].map((table_name) => ({
            organization_id: stream.organization.id,
            table_name,
            operations: ['insert', 'update'],
            event_type: SHOP_EVENT,
          })),
        });
        stream.read();
        const { slot_name } = await stream.whenState('broken');
        const options = kind === 'of inserts alone' ? `, publish = 'insert'` : '';
        await stream.sql(
          `CREATE PUBLICATION "${slot_name}" ${what} WITH (publish_via_partition_root = true${options})`,
        );
        await stream.whenRead('shop.p');
        await stream.sql(`insert into shop.a values (2, 'x'); insert into shop.p values (3)`);
        expect(await ids(stream, 2, 0)).toEqual([2, 3]);
        const { warnings } = await stream.api.sources.get();
        if (warning) expect((await stream.whenWarned(warning))?.remedy).toMatch(/^ALTER PUBLICATION/);
        else expect(warnings.filter(({ message }) => message.includes('shop.'))).toEqual([]);
      } finally {
        await stream.end();
      }
    });
  });
