import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { dropPostgresVariables } from '#platform/config.ts';
import { postmasterOf } from '#platform/embedded/process.ts';
import { ensureNextBuild } from '#platform/next/next-build.ts';
import { makeDataDir, removeDataDir, startConsole } from '#testing/running-console.ts';
import { until } from '#testing/until.ts';

// A start takes seconds, and several times that where tests run on all processors.
vi.setConfig({ testTimeout: 120_000 });

beforeAll(async () => {
  await ensureNextBuild({ projectDir: process.cwd(), signal: AbortSignal.timeout(240_000), onBuild: () => {} });
}, 250_000);

/** Each of these alone would stop a connection or change what its statements do. */
const SHELL = {
  PGHOST: 'db.invalid',
  PGHOSTADDR: '192.0.2.1',
  PGPORT: '1',
  PGUSER: 'nobody',
  PGPASSWORD: 'wrong',
  PGPASSFILE: '/nonexistent',
  PGDATABASE: 'elsewhere',
  PGSERVICE: 'elsewhere',
  PGSSLMODE: 'verify-full',
  PGSSLNEGOTIATION: 'direct',
  PGSSLROOTCERT: '/nonexistent',
  PGOPTIONS: '-c statement_timeout=1 -c default_transaction_read_only=on -c search_path=elsewhere',
  PGAPPNAME: 'psql',
  PGCLIENTENCODING: 'SQL_ASCII',
  PGCLIENT_ENCODING: 'SQL_ASCII',
  PGREPLICATION: 'database',
  PGBINARY: '1',
  PGTZ: 'Asia/Tokyo',
  PGDATESTYLE: 'German',
  PGCONNECT_TIMEOUT: '1',
  PGDATA: '/nonexistent',
  NODE_PG_FORCE_NATIVE: '1',
  LC_ALL: 'de_DE.UTF-8',
  TZ: 'Asia/Tokyo',
};

async function dataDirOfTest(): Promise<string> {
  const dataDir = await makeDataDir();
  onTestFinished(() => removeDataDir(dataDir));
  return dataDir;
}

test("no PostgreSQL variable of the shell reaches the embedded database's connections", async () => {
  const DATA_DIR = await dataDirOfTest();
  const started = startConsole({ DATA_DIR, ...SHELL });
  onTestFinished(() => started.stop());
  const { url } = await started.ready();
  expect((await fetch(`${url}/api/health/ready`)).status).toBe(200);
  const create = startConsole({ DATA_DIR, ...SHELL }, 'src/cli.ts', [
    'api-keys',
    'create',
    '--name',
    'first',
    '--scopes',
    'read',
  ]);
  expect({ code: (await create.exited).code, stderr: create.stderr() }).toEqual({ code: 0, stderr: '' });
  const listed = await fetch(`${url}/api/events`, { headers: { authorization: `Bearer ${create.stdout().trim()}` } });
  expect(listed.status).toBe(200);
  const sessions = await until('every part has connected', async () => {
    const rows = await sessionsIn(DATA_DIR);
    const names = new Set(rows.map(({ application_name }) => application_name));
    return ['honeyframe-webhooks', 'honeyframe-webhooks live'].every((name) => names.has(name)) &&
      [...names].some((name) => /source|stream|slot|lag/.test(name))
      ? rows
      : undefined;
  });
  expect(sessions.map(({ application_name }) => application_name)).not.toContain('psql');
  expect(sessions.every(({ usename, datname }) => usename === 'honeyframe' && datname === 'honeyframe')).toBe(true);
  await started.stop();
});

/** Who is connected, asked as one of the console's own connections is made. */
async function sessionsIn(dataDir: string) {
  const server = await postmasterOf(join(dataDir, 'postgres', 'data'));
  const password = await readFile(join(dataDir, 'postgres', 'password'), 'utf8');
  const client = new pg.Client({
    connectionString: `postgresql://honeyframe:${password}@127.0.0.1:${server?.port}/honeyframe`,
    application_name: 'test',
  });
  await client.connect();
  try {
    const { rows } = await client.query<{ application_name: string; usename: string; datname: string }>(
      `select application_name, usename, datname from pg_stat_activity
       where backend_type in ('client backend', 'walsender') and application_name <> 'test'`,
    );
    return rows;
  } finally {
    await client.end();
  }
}

test('with an external database, the variables count that complete its URL, and none that changes its sessions', () => {
  const env: Record<string, string | undefined> = { ...SHELL, DATABASE_URL: 'postgresql://db.example.com/desk' };
  dropPostgresVariables(env);
  expect(Object.keys(env).sort()).toEqual(
    [
      'DATABASE_URL',
      'LC_ALL',
      'TZ',
      'PGHOST',
      'PGPORT',
      'PGUSER',
      'PGPASSWORD',
      'PGPASSFILE',
      'PGDATABASE',
      'PGSSLMODE',
      'PGSSLNEGOTIATION',
    ].sort(),
  );
});

test('a start that is cut short ends the PostgreSQL that it started', async () => {
  const dataDir = await dataDirOfTest();
  const code = `
    import { startEmbeddedPostgres } from '#platform/embedded/embedded-postgres.ts';
    import { createLog } from '#platform/log-files/log.ts';
    await startEmbeddedPostgres({ dataDir: process.argv[1], log: createLog('silent'), purpose: 'console', durable: false });
    console.log('up');
    process.exit(1);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', code, dataDir], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const said = await new Promise<string>((resolve) => {
    let text = '';
    child.stdout.on('data', (part) => {
      text += part;
    });
    child.once('close', () => resolve(text));
  });
  expect(said).toBe('up\n');
  await until('the server is gone', async () => !(await postmasterOf(join(dataDir, 'postgres', 'data'))));
});

test('a start that fails once PostgreSQL runs, for a wrong key, ends it', async () => {
  const DATA_DIR = await dataDirOfTest();
  const first = startConsole({ DATA_DIR }, 'src/cli.ts', ['audit', 'verify']);
  expect((await first.exited).code).toBe(0);
  const refused = startConsole({ DATA_DIR, HONEYFRAME_SECRET: Buffer.alloc(32, 7).toString('base64') });
  expect((await refused.exited).code).toBe(1);
  expect(refused.stderr()).toContain('Cannot start: ');
  expect(await postmasterOf(join(DATA_DIR, 'postgres', 'data'))).toBeUndefined();
});
