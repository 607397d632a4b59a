import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { createRun } from '#features/pipeline-runs/create-run.ts';
import type { OpenPlatform } from '#platform/open-platform.ts';
import { type KillablePostgres, startKillablePostgres } from '#testing/killable-postgres.ts';
import { startConsole } from '#testing/running-console.ts';
import { countEvents } from '#testing/stored-events.ts';
import { createTestOrganization, createTestPlatform, type TestOrganization } from '#testing/test-platform.ts';
import { until } from '#testing/until.ts';
import { startSource } from './run-source.ts';
import { SourceProblem } from './source-problem.ts';
import { setProblem } from './source-state.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
});

async function withPlatform(env: Record<string, string> = {}): Promise<[OpenPlatform, TestOrganization]> {
  const platform = await createTestPlatform(env);
  ends.push(() => platform.close());
  return [platform, await createTestOrganization(platform)];
}

function withSource(platform: OpenPlatform): void {
  const source = startSource(platform);
  ends.push(() => source.stop());
}

async function withOtherDatabase(): Promise<KillablePostgres> {
  const server = await startKillablePostgres();
  ends.push(() => server.stop());
  return server;
}

const rowOf = ({ database }: OpenPlatform) => database.source.findFirst();
const whenState = (platform: OpenPlatform, state: string, patienceMs?: number) =>
  until(
    `the source is ${state}`,
    async () => {
      const row = await rowOf(platform);
      return row?.state === state ? row : null;
    },
    patienceMs,
  );
const failedRun = (organization: TestOrganization) =>
  createRun(organization.scope(), { recipe_id: 'r', recipe_name: 'R', status: 'failed' });
const whenEvents = (platform: OpenPlatform, { id }: TestOrganization, count: number) =>
  until(`${count} events`, async () => (await countEvents(platform, id)) === count);

const TABLE = `create schema dataintel;
  create table dataintel.pipeline_runs (id uuid primary key default gen_random_uuid(), organization_id text not null,
    recipe_id text, recipe_name text, dataset_id text, status text, started_at timestamptz, finished_at timestamptz,
    trigger text, error text, rows_in bigint, rows_out bigint);
  alter table dataintel.pipeline_runs replica identity full`;

async function run(connectionString: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

const asUser = (connectionString: string, user: string) => {
  const url = new URL(connectionString);
  url.username = user;
  url.password = 'secret';
  return url.href;
};

describe('the change stream', () => {
  test('is paused and resumed, and makes up for what changed meanwhile', async () => {
    const [platform, organization] = await withPlatform();
    withSource(platform);
    await whenState(platform, 'reading');
    await platform.database.source.updateMany({ data: { paused_at: new Date() } });
    await whenState(platform, 'paused');
    await failedRun(organization);
    const measured = await until('the lag is measured', async () => {
      const row = await rowOf(platform);
      return row && Number(row.lag_bytes) > 0 && (row.lag_seconds ?? 0) > 0 ? row : null;
    });
    expect(Number(measured.retained_bytes)).toBeGreaterThan(0);
    expect(await countEvents(platform, organization.id)).toBe(0);
    await platform.database.source.updateMany({ data: { paused_at: null } });
    await whenEvents(platform, organization, 1);
  });

  test('lets the slot advance while nothing of it changes, so that the log of others is not kept', async () => {
    const [platform] = await withPlatform();
    withSource(platform);
    await whenState(platform, 'reading');
    await platform.pool.query('create table unrelated as select n, md5(n::text) from generate_series(1, 100000) n');
    const { rows } = await platform.pool.query<{ lsn: string }>('select pg_current_wal_lsn() as lsn');
    await until('the slot is past that', async () => {
      const { rowCount } = await platform.pool.query(
        `select from pg_replication_slots s join source on source.slot_name = s.slot_name
         where s.confirmed_flush_lsn >= $1::pg_lsn`,
        [rows[0]?.lsn],
      );
      return rowCount === 1;
    });
  });

  test('is taken over from a process that fell silent and still holds the slot', async () => {
    const [platform, organization] = await withPlatform();
    const settings = {
      DATABASE_URL: platform.config.databaseUrl ?? '',
      HONEYFRAME_SECRET: platform.config.secret?.toString('base64') ?? randomBytes(32).toString('base64'),
      LOG_LEVEL: 'warn',
      ROLE: 'worker',
    };
    const silent = startConsole(settings);
    ends.push(async () => {
      silent.child.kill('SIGKILL');
      await silent.exited;
    });
    await whenState(platform, 'reading', 30_000);
    silent.child.kill('SIGSTOP');
    withSource(platform);
    await failedRun(organization);
    // Promised is a takeover in under 15 s.
    await whenEvents(platform, organization, 1);
    silent.child.kill('SIGCONT');
    await failedRun(organization);
    await whenEvents(platform, organization, 2);
    expect((await rowOf(platform))?.lease_holder).toContain(` ${process.pid} `);
  });

  test('of a source without a logical log says which statement helps, and reads once it was followed', async () => {
    const server = await withOtherDatabase();
    await server.restartWith('wal_level=replica');
    await run(server.connectionString, TABLE);
    const [platform, organization] = await withPlatform({ SOURCE_DATABASE_URL: server.connectionString });
    withSource(platform);
    const broken = await whenState(platform, 'broken');
    expect(broken).toMatchObject({
      problem: 'The source doesn’t write a logical log. Set wal_level and restart it.',
      remedy: `ALTER SYSTEM SET wal_level = 'logical';`,
    });
    await run(server.connectionString, broken.remedy ?? '');
    await server.restartWith();
    await whenState(platform, 'reading', 30_000);
    await run(
      server.connectionString,
      `insert into dataintel.pipeline_runs (organization_id, recipe_id, recipe_name, status)
       values ('${organization.id}', 'r', 'R', 'failed')`,
    );
    await whenEvents(platform, organization, 1);
  });

  test('of a user without rights says which statements help, one after the other', async () => {
    const server = await withOtherDatabase();
    await run(server.connectionString, `${TABLE}; create role reader login password 'secret'`);
    const [platform] = await withPlatform({ SOURCE_DATABASE_URL: asUser(server.connectionString, 'reader') });
    await run(server.connectionString, 'grant usage on schema dataintel to reader');
    withSource(platform);
    const publication = await whenState(platform, 'broken');
    expect(publication.problem).toContain('"reader" may not create the publication');
    expect(publication.remedy).toMatch(
      /^CREATE PUBLICATION "honeyframe_[0-9a-f]{12}" FOR TABLE ONLY "dataintel"."pipeline_runs" WITH \(publish_via_partition_root = true, publish_generated_columns = stored\);$/,
    );
    await run(server.connectionString, publication.remedy ?? '');
    const role = await until('the next is reported', async () => {
      const row = await rowOf(platform);
      return row?.remedy?.startsWith('ALTER ROLE') ? row : null;
    });
    expect(role.remedy).toBe('ALTER ROLE "reader" REPLICATION;');
    await run(server.connectionString, role.remedy ?? '');
    const reading = await whenState(platform, 'reading', 30_000);
    expect(reading).toMatchObject({ problem: null, remedy: null });
    await until('the missing table is reported', async () =>
      JSON.stringify((await rowOf(platform))?.warnings).includes('no table dataintel.audit_log'),
    );
  });

  test('whose slot fell behind too far says so, and goes on with a new one, with the gap marked', async () => {
    const server = await withOtherDatabase();
    await server.restartWith(
      'wal_level=logical',
      'max_slot_wal_keep_size=1MB',
      'min_wal_size=32MB',
      'max_wal_size=32MB',
    );
    await run(server.connectionString, TABLE);
    const [platform, organization] = await withPlatform({ SOURCE_DATABASE_URL: server.connectionString });
    withSource(platform);
    await whenState(platform, 'reading');
    const insert = `insert into dataintel.pipeline_runs (organization_id, recipe_id, recipe_name, status)
       values ('${organization.id}', 'r', 'R', 'failed')`;
    await run(server.connectionString, insert);
    await whenEvents(platform, organization, 1);
    await platform.database.source.updateMany({ data: { paused_at: new Date() } });
    await whenState(platform, 'paused');
    for (let index = 0; index < 6; index += 1)
      await run(
        server.connectionString,
        'select pg_logical_emit_message(false, $$t$$, $$x$$); select pg_switch_wal(); checkpoint',
      );
    const broken = await whenState(platform, 'broken', 30_000);
    expect(broken.remedy).toMatch(/^SELECT pg_drop_replication_slot\('honeyframe_[0-9a-f]{12}'\);$/);
    await platform.database.source.updateMany({ data: { paused_at: null } });
    await run(server.connectionString, broken.remedy ?? '');
    const reading = await whenState(platform, 'reading', 40_000);
    expect(reading.gap_at).not.toBeNull();
    await run(server.connectionString, insert);
    await whenEvents(platform, organization, 2);
  });

  test('of a source that was restored, whose log is behind where it was, begins anew and misses nothing after', async () => {
    const [platform, organization] = await withPlatform();
    const source = startSource(platform);
    await whenState(platform, 'reading');
    await failedRun(organization);
    await whenEvents(platform, organization, 1);
    await source.stop();
    const row = await rowOf(platform);
    await platform.pool.query('select pg_drop_replication_slot($1)', [row?.slot_name]);
    await platform.pool.query('update source set applied_lsn = applied_lsn + 1000000000000');
    withSource(platform);
    await until('there is a slot again', async () => {
      const { rowCount } = await platform.pool.query(
        'select from pg_replication_slots where slot_name = $1 and active',
        [row?.slot_name],
      );
      return rowCount === 1;
    });
    await failedRun(organization);
    await whenEvents(platform, organization, 2);
    expect((await rowOf(platform))?.gap_at).not.toBeNull();
  });

  test('is not called broken by a process that cannot reach the source while another one reads', async () => {
    const [platform] = await withPlatform();
    withSource(platform);
    const { address } = await whenState(platform, 'reading');
    await setProblem(platform, address, new SourceProblem('It cannot be reached from here.'));
    expect(await rowOf(platform)).toMatchObject({ state: 'reading', problem: null });
  });

  test('of a source that cannot be reached says so and does not stop anything else', async () => {
    const [platform] = await withPlatform({ SOURCE_DATABASE_URL: 'postgresql://reader:secret@127.0.0.1:1/platform' });
    withSource(platform);
    const broken = await whenState(platform, 'broken');
    expect(broken.problem).toContain(
      "The source can't be read (connect ECONNREFUSED 127.0.0.1:1). The console keeps trying.",
    );
    expect(JSON.stringify(broken, (_, value) => (typeof value === 'bigint' ? String(value) : value))).not.toContain(
      'secret',
    );
  });
});
