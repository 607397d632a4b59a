import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { loadConfig } from '#platform/config.ts';
import { createLog } from '#platform/log-files/log.ts';
import { type OpenPlatform, openPlatform } from '#platform/open-platform.ts';
import { countOf, spelled } from '#testing/counts.ts';
import {
  DEBIAN_BINARIES,
  DEBIAN_PROGRAMS,
  type KillablePostgres,
  startKillablePostgres,
} from '#testing/killable-postgres.ts';
import { type RunningConsole, startConsole } from '#testing/running-console.ts';
import { countEvents } from '#testing/stored-events.ts';
import { createTestDatabase } from '#testing/test-database.ts';
import { createTestOrganization, type TestOrganization } from '#testing/test-platform.ts';
import { until } from '#testing/until.ts';
import { applyMigrations } from '../../../../prisma/migrate.ts';

vi.setConfig({ testTimeout: 300_000, hookTimeout: 60_000 });

const CHANGES = countOf('streamChanges');
/** After how many a process is killed. */
const KILLED_AT = [0.04, 0.34, 0.66].map((part) => part * CHANGES);
/** The longest that nobody reads after the one that read was killed. */
const TAKEOVER_MS = 15_000;

const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
});

async function withPostgres(binaries?: Parameters<typeof startKillablePostgres>[0]): Promise<KillablePostgres> {
  const server = await startKillablePostgres(binaries);
  ends.push(() => server.stop());
  return server;
}

/** A platform on a database, and worker processes beside it that read the stream. */
async function withWorkers(databaseUrl: string, env: Record<string, string>, count: number) {
  const settings = {
    DATABASE_URL: databaseUrl,
    HONEYFRAME_SECRET: randomBytes(32).toString('base64'),
    LOG_LEVEL: 'warn',
    ...env,
  };
  const config = loadConfig(settings);
  const platform = await openPlatform(config, createLog('silent'), databaseUrl);
  ends.push(() => platform.close());
  const organization = await createTestOrganization(platform);
  const workers = new Map<number, RunningConsole>();
  const startWorker = () => {
    const worker = startConsole({ ...settings, ROLE: 'worker' });
    workers.set(worker.child.pid ?? 0, worker);
  };
  for (let index = 0; index < count; index += 1) startWorker();
  ends.push(() => Promise.all([...workers.values()].map((worker) => worker.stop())));
  return { platform, organization, workers, startWorker };
}

const reader = async ({ pool }: OpenPlatform) => {
  const { rows } = await pool.query<{ pid: number }>(
    `select split_part(lease_holder, ' ', 2)::int as pid from source where state = 'reading' and lease_until > now()`,
  );
  return rows[0]?.pid;
};

const isReading = (platform: OpenPlatform) => until('somebody reads', () => reader(platform), 60_000);

/** Failed runs, numbered, in transactions of 1 to 600 rows, by a program that tries again what was broken off. */
async function writeRuns(connectionString: string, organization: TestOrganization): Promise<void> {
  let written = 0;
  for (let size = 1; written < CHANGES; size = (size * 7 + 13) % 600) {
    const rows = Math.min(size + 1, CHANGES - written);
    for (;;) {
      const client = new pg.Client({ connectionString });
      client.on('error', () => {});
      try {
        await client.connect();
        const { rows: found } = await client.query(
          'select 1 from dataintel.pipeline_runs where organization_id = $1 and recipe_id = $2',
          [organization.id, String(written)],
        );
        if (found.length === 0)
          await client.query(
            `insert into dataintel.pipeline_runs (organization_id, recipe_id, recipe_name, status)
             select $1, n, 'Recipe', 'failed' from generate_series($2::int, $3::int) n`,
            [organization.id, written, written + rows - 1],
          );
        break;
      } catch {
        await delay(50);
      } finally {
        await client.end().catch(() => {});
      }
    }
    written += rows;
  }
}

async function expectEachOnceInOrder(platform: OpenPlatform, organization: TestOrganization): Promise<void> {
  await until('all events are there', async () => (await countEvents(platform, organization.id)) >= CHANGES, 120_000);
  const { rows } = await platform.pool.query<{ recipe: string }>(
    `select body::json -> 'data' ->> 'recipe_id' as recipe from event where organization_id = $1 order by id`,
    [organization.id],
  );
  expect(rows.map(({ recipe }) => Number(recipe))).toEqual(Array.from({ length: CHANGES }, (_, index) => index));
}

/** Waits until so many events are there, on a database that may be away. */
const whenStored = (platform: OpenPlatform, organization: TestOrganization, count: number) =>
  until(`${count} events`, async () => (await countEvents(platform, organization.id)) >= count, 120_000);

async function killReaders(
  { platform, organization, workers, startWorker }: Awaited<ReturnType<typeof withWorkers>>,
  at: number[],
): Promise<void> {
  for (const count of at) {
    await whenStored(platform, organization, count);
    const pid = await isReading(platform);
    workers.get(pid)?.child.kill('SIGKILL');
    startWorker();
    await until(
      'another one reads',
      async () => {
        const now = await reader(platform);
        return now !== undefined && now !== pid;
      },
      TAKEOVER_MS,
    );
  }
}

describe(`in the middle of ${spelled(CHANGES)} changes, every change becomes exactly one event, in the order of the commits,`, () => {
  test('when the reader is killed with SIGKILL, again and again, and another takes over in under 15 s', async () => {
    const server = await withPostgres();
    await applyMigrations(server.connectionString);
    const running = await withWorkers(server.connectionString, {}, 2);
    await isReading(running.platform);
    const writing = writeRuns(server.connectionString, running.organization);
    await killReaders(running, KILLED_AT);
    await writing;
    await expectEachOnceInOrder(running.platform, running.organization);
  });

  test('when PostgreSQL is killed with SIGKILL, again and again', async () => {
    const server = await withPostgres();
    await applyMigrations(server.connectionString);
    const { platform, organization } = await withWorkers(server.connectionString, {}, 1);
    await isReading(platform);
    const writing = writeRuns(server.connectionString, organization);
    for (const count of KILLED_AT) {
      await whenStored(platform, organization, count);
      await server.killAndRestart();
    }
    await writing;
    await expectEachOnceInOrder(platform, organization);
  });
});

describe.skipIf(!existsSync(DEBIAN_PROGRAMS))(
  `of an external PostgreSQL 15 (skipped: ${DEBIAN_PROGRAMS} is not there)`,
  () => {
    test('every change becomes exactly one event, in the order of the commits, when reader and source are killed', async () => {
      const own = await createTestDatabase();
      ends.push(() => own.close());
      const source = await withPostgres(DEBIAN_BINARIES);
      const client = new pg.Client({ connectionString: source.connectionString });
      await client.connect();
      await client.query(`
        create schema dataintel;
        create table dataintel.pipeline_runs (
          id uuid primary key default gen_random_uuid(), organization_id text not null, recipe_id text not null,
          recipe_name text not null, dataset_id text, status text not null, started_at timestamptz,
          finished_at timestamptz, trigger text, error text, rows_in bigint, rows_out bigint
        );
        alter table dataintel.pipeline_runs replica identity full`);
      await client.end();
      const running = await withWorkers(own.connectionString, { SOURCE_DATABASE_URL: source.connectionString }, 2);
      const { platform, organization } = running;
      await isReading(platform);
      const writing = writeRuns(source.connectionString, organization);
      await killReaders(running, KILLED_AT.slice(0, 2));
      await whenStored(platform, organization, CHANGES / 2);
      await source.killAndRestart();
      await killReaders(running, KILLED_AT.slice(2));
      await writing;
      await expectEachOnceInOrder(platform, organization);
      const { rows } = await own.pool.query('select slot_name from source');
      expect(rows).toEqual([{ slot_name: expect.stringMatching(/^honeyframe_[0-9a-f]{12}$/) }]);
    });
  },
);
