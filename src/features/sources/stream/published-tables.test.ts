import { existsSync } from 'node:fs';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { DEBIAN_BINARIES, DEBIAN_PROGRAMS, startKillablePostgres } from '#testing/killable-postgres.ts';
import { createTestDatabase } from '#testing/test-database.ts';
import { hindrance } from './judge-table.ts';
import { createPublicationMaintenance } from './maintain-publication.ts';
import { readPublication, type WatchedTable } from './published-tables.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const servers: [string, boolean, () => Promise<{ connectionString: string; end: () => Promise<void> }>][] = [
  [
    'PostgreSQL 18',
    true,
    async () => {
      const { connectionString, close } = await createTestDatabase();
      return { connectionString, end: close };
    },
  ],
  [
    'PostgreSQL 15',
    existsSync(DEBIAN_PROGRAMS),
    async () => {
      const server = await startKillablePostgres(DEBIAN_BINARIES);
      return { connectionString: server.connectionString, end: () => server.stop() };
    },
  ],
];

const PARTITIONED = 'partition by range (id)';
const PART = 'for values from (0) to (1000)';

/** What makes a table, and whether an UPDATE of it fails once it is published. */
const SHAPES: [string, string, number?][] = [
  ['with a primary key', 'create table s.t (id int primary key, a int)'],
  ['without a key', 'create table s.t (id int, a int)'],
  ['with a deferrable key', 'create table s.t (id int primary key deferrable, a int)'],
  ['with a unique index alone', 'create table s.t (id int not null unique, a int)'],
  [
    'with an identity by index',
    'create table s.t (id int not null unique, a int); alter table s.t replica identity using index t_id_key',
  ],
  [
    'whose index of the identity was dropped',
    'create table s.t (id int not null, a int); create unique index by_id on s.t (id); alter table s.t replica identity using index by_id; drop index s.by_id',
  ],
  ['with identity nothing', 'create table s.t (id int primary key, a int); alter table s.t replica identity nothing'],
  ['with identity full', 'create table s.t (id int, a int); alter table s.t replica identity full'],
  [
    'with a stored generated column',
    'create table s.t (id int primary key, a int, b int generated always as (a + 1) stored)',
  ],
  [
    'with a stored generated column and identity full',
    'create table s.t (id int, a int, b int generated always as (a + 1) stored); alter table s.t replica identity full',
  ],
  ['with a stored generated key', 'create table s.t (a int, id int generated always as (a + 1) stored primary key)'],
  [
    'with a virtual generated column',
    'create table s.t (id int primary key, a int, b int generated always as (a + 1) virtual)',
    18,
  ],
  [
    'with a virtual generated column and identity full',
    'create table s.t (id int, a int, b int generated always as (a + 1) virtual); alter table s.t replica identity full',
    18,
  ],
  [
    'that is partitioned',
    `create table s.t (id int primary key, a int) ${PARTITIONED}; create table s.p partition of s.t ${PART}`,
  ],
  [
    'that is partitioned twice, with a partition in another schema',
    `create table s.t (id int primary key, a int) ${PARTITIONED}; create table s.p partition of s.t ${PART} ${PARTITIONED};
     create schema s2; create table s2.q partition of s.p ${PART}`,
  ],
  [
    'with a partition of identity nothing',
    `create table s.t (id int primary key, a int) ${PARTITIONED}; create table s.p partition of s.t ${PART}; alter table s.p replica identity nothing`,
  ],
  [
    'that is partitioned without a key, whose partition has one',
    `create table s.t (id int, a int) ${PARTITIONED}; create table s.p partition of s.t ${PART}; alter table s.p replica identity full;
     create table s.p2 partition of s.t for values from (1000) to (2000)`,
  ],
  [
    'with a child that inherits from it and has no key',
    'create table s.t (id int primary key, a int); create table s.child () inherits (s.t)',
  ],
];

for (const [version, isThere, start] of servers)
  describe.skipIf(!isThere)(`on ${version}, a table`, () => {
    let server: { connectionString: string; end: () => Promise<void> };
    let client: pg.Client;
    const isNewest = version.endsWith('18');
    beforeAll(async () => {
      server = await start();
      client = new pg.Client({ connectionString: server.connectionString });
      await client.connect();
    });
    afterAll(async () => {
      await client.end();
      await server.end();
    });

    const watched: WatchedTable[] = ['s.t', 's.anchor'].map((table) => ({
      table,
      needsOld: false,
      operations: ['insert', 'update', 'delete'],
    }));
    /** Whether PostgreSQL refuses to change rows, by trying. */
    async function isRefused(): Promise<boolean> {
      const tried = await Promise.allSettled([
        client.query('update s.t set a = a + 1'),
        client.query('delete from s.t'),
      ]);
      for (const { reason } of tried.filter((one) => one.status === 'rejected'))
        expect(String(reason)).toMatch(/cannot (update|delete from) table/);
      return tried.some(({ status }) => status === 'rejected');
    }

    // What only newer ones can make is no shape of the older.
    for (const [shape, statements] of SHAPES.filter(([, , since = 0]) => since <= 15 || isNewest))
      test(`${shape}: writes never fail by our publication, and it is read unless they would`, async () => {
        await client.query(`drop publication if exists pub; drop schema if exists s, s2 cascade; create schema s;
            create table s.anchor (id int primary key)`);
        await client.query(statements);
        await client
          .query('insert into s.t (a) values (1)')
          .catch(() => client.query('insert into s.t (id, a) values (1, 1)'));
        const { states } = await createPublicationMaintenance(client, 'pub', 'postgres', watched)();
        const state = states.find(({ table }) => table === 's.t');
        expect(await isRefused(), 'writes go on').toBe(false);

        const { tables } = await readPublication(client, 'pub', ['s.t']);
        const judged = tables[0] && hindrance(tables[0]);
        expect(state?.isRead).toBe(judged === null);
        // The other way round: what is left out would have failed.
        if (judged) {
          await client.query('alter publication pub add table only s.t');
          expect(await isRefused(), 'it would have failed').toBe(true);
        }
      });
  });
