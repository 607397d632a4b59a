import { appendFile, chmod, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createLog } from '#platform/log-files/log.ts';
import { startInProcess } from '#testing/console-process.ts';
import { until } from '#testing/until.ts';
import { type EmbeddedPostgres, startEmbeddedPostgres } from './embedded-postgres.ts';
import { endServer, postmasterOf } from './process.ts';

let dataDir: string;
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'honeyframe-embedded-'));
  await chmod(dataDir, 0o755);
});
afterAll(async () => {
  const server = await postmasterOf(join(dataDir, 'postgres', 'data'));
  if (server) await endServer(server, 'immediate');
  await rm(dataDir, { recursive: true, force: true });
});

const start = (purpose: 'console' | 'command' = 'console') =>
  startEmbeddedPostgres({ dataDir, log: createLog('silent'), purpose, durable: false });

async function ask(connectionString: string, statement: string): Promise<Record<string, unknown>> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    return (await client.query(statement)).rows[0];
  } finally {
    await client.end();
  }
}

const serverOf = (postgres: EmbeddedPostgres) => postmasterOf(postgres.dataPath);

test('the database is UTF-8, sorts by code point and keeps what logical replication needs', async () => {
  const postgres = await start();
  try {
    expect(
      await ask(
        postgres.connectionString,
        `SELECT datlocale, pg_encoding_to_char(encoding) AS encoding, current_setting('wal_level') AS wal_level,
           current_setting('listen_addresses') AS listens FROM pg_database WHERE datname = current_database()`,
      ),
    ).toEqual({ datlocale: 'C.UTF-8', encoding: 'UTF8', wal_level: 'logical', listens: '127.0.0.1' });
  } finally {
    await postgres.stop();
  }
  expect(await serverOf(postgres)).toBeUndefined();
});

test('the next start has the same address and the same data', async () => {
  const first = await start();
  await ask(first.connectionString, 'CREATE TABLE kept AS SELECT 7 AS number');
  await first.stop();
  const second = await start();
  try {
    expect(second.connectionString).toBe(first.connectionString);
    expect(await ask(second.connectionString, 'SELECT number FROM kept')).toEqual({ number: 7 });
  } finally {
    await second.stop();
  }
});

test('a wrong password is refused', async () => {
  const postgres = await start();
  try {
    const url = new URL(postgres.connectionString);
    url.password = 'wrong';
    await expect(ask(url.href, 'SELECT 1')).rejects.toThrow('password authentication failed');
  } finally {
    await postgres.stop();
  }
});

test('a second console on the same data folder is refused in one line, while a command uses its server', async () => {
  const postgres = await start();
  try {
    await expect(start()).rejects.toThrow(`The data folder ${dataDir} is in use by another console. Stop that one`);
    const command = await start('command');
    expect(command).toMatchObject({ adopted: true, connectionString: postgres.connectionString });
    await command.stop();
    expect(await ask(postgres.connectionString, 'SELECT 1 AS one')).toEqual({ one: 1 });
  } finally {
    await postgres.stop();
  }
});

test('a command that started the server leaves it to a console that came meanwhile', async () => {
  const command = await start('command');
  const postgres = await start();
  try {
    await command.stop();
    expect(await ask(postgres.connectionString, 'SELECT 1 AS one')).toEqual({ one: 1 });
  } finally {
    await postgres.stop();
  }
});

test('commands that cross each other all get a server, and the last one ends it', async () => {
  const commands = [1, 2, 3].map(() => startInProcess({ dataDir, purpose: 'command' }));
  for (const { report } of commands) expect(await report).toHaveProperty('connectionString');
  await until('the server is gone', async () => !(await postmasterOf(join(dataDir, 'postgres', 'data'))));
});

test('the server of a killed console is taken over', async () => {
  const killed = startInProcess({ dataDir, purpose: 'console' });
  const report = await killed.report;
  await killed.kill();
  const postgres = await start();
  try {
    expect(report).toMatchObject({ connectionString: postgres.connectionString, adopted: false });
    expect(postgres.adopted).toBe(true);
  } finally {
    await postgres.stop();
  }
});

test('a server that was killed is started again at the same address, for the same console', async () => {
  const postgres = await start();
  try {
    const killed = await serverOf(postgres);
    process.kill(killed?.pid ?? 0, 'SIGKILL');
    const next = await until('another server', async () => {
      const server = await serverOf(postgres);
      if (!server || server.pid === killed?.pid) return undefined;
      await ask(postgres.connectionString, 'SELECT 1');
      return server;
    });
    expect(next.port).toBe(killed?.port);
    await until('the lock is taken again', () =>
      start().then(
        async (intruder) => intruder.stop(),
        (error: Error) => error.message.includes('in use by another console'),
      ),
    );
  } finally {
    await postgres.stop();
  }
  expect(await serverOf(postgres)).toBeUndefined();
});

test('a start that fails says in one line what PostgreSQL said, and names its log', async () => {
  const settings = join(dataDir, 'postgres', 'data', 'postgresql.auto.conf');
  const before = await readFile(settings, 'utf8');
  await appendFile(settings, 'wal_level = nonsense\n');
  try {
    await expect(start()).rejects.toThrow(
      /^PostgreSQL did not start: .*contains errors \(its log is .*postgres\.log\)\.$/,
    );
  } finally {
    await writeFile(settings, before);
  }
});

test('a start that fails after PostgreSQL answers ends it', async () => {
  const first = await start('command');
  await ask(
    first.connectionString.replace('/honeyframe?', '/postgres?'),
    'ALTER DATABASE honeyframe ALLOW_CONNECTIONS false',
  );
  await first.stop();
  expect(await serverOf(first)).toBeUndefined();
  await expect(start()).rejects.toThrow(
    /^The embedded PostgreSQL cannot be used: .*not currently accepting connections/,
  );
  expect(await serverOf(first)).toBeUndefined();
});

test('a data folder of another major version is refused in one line', async () => {
  const version = join(dataDir, 'postgres', 'data', 'PG_VERSION');
  const before = await readFile(version, 'utf8');
  await writeFile(version, '17\n');
  try {
    await expect(start()).rejects.toThrow(/was made by PostgreSQL 17, but this is 18: .*\.$/);
  } finally {
    await writeFile(version, before);
  }
});

test('a first start that was killed leaves nothing half: the next one is fresh', async () => {
  const fresh = join(dataDir, 'killed');
  const killed = startInProcess({ dataDir: fresh, purpose: 'console' });
  await until('initdb is at work', async () => (await readdir(fresh)).some((name) => name.startsWith('postgres.new-')));
  await killed.kill();
  const next = startInProcess({ dataDir: fresh, purpose: 'command' });
  expect(await next.report).toMatchObject({ adopted: false });
  await until('the command has ended', () => next.child.exitCode === 0);
  expect((await readdir(fresh)).toSorted()).toEqual(['database-id', 'postgres']);
});
