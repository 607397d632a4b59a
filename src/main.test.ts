import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readdir, rm } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import pg from 'pg';
import { beforeAll, expect, inject, onTestFinished, test, vi } from 'vitest';
import { postmasterOf } from '#platform/embedded/process.ts';
import { ensureNextBuild } from '#platform/next/next-build.ts';
import { createDatabase, dropDatabase } from '#testing/create-database.ts';
import { json } from '#testing/receiver-answers.ts';
import { closedPort, startReceiver } from '#testing/receivers.ts';
import {
  type ConsoleEnvironment,
  makeDataDir,
  type RunningConsole,
  removeDataDir,
  startConsole,
} from '#testing/running-console.ts';
import { until } from '#testing/until.ts';

// A start takes seconds, and several times that where tests run on all processors.
vi.setConfig({ testTimeout: 120_000 });

beforeAll(async () => {
  await ensureNextBuild({ projectDir: process.cwd(), signal: AbortSignal.timeout(240_000), onBuild: () => {} });
}, 250_000);

const ADMIN = { ADMIN_EMAIL: 'ada@example.com', ADMIN_PASSWORD: 'correct horse battery' };

async function dataDirOfTest(): Promise<string> {
  const dataDir = await makeDataDir();
  onTestFinished(() => removeDataDir(dataDir));
  return dataDir;
}

function startForTest(env: ConsoleEnvironment): RunningConsole {
  const started = startConsole(env);
  onTestFinished(() => started.stop());
  return started;
}

const serverIn = (dataDir: string) => postmasterOf(join(dataDir, 'postgres', 'data'));

async function runCommand(env: ConsoleEnvironment, ...typed: string[]): Promise<string> {
  const command = startConsole(env, 'src/cli.ts', typed);
  const { code } = await command.exited;
  expect({ code, stderr: command.stderr() }).toEqual({ code: 0, stderr: '' });
  return command.stdout().trimEnd();
}

test('the first start shows a set-up link that works, and no later one once somebody has an account', async () => {
  const DATA_DIR = await dataDirOfTest();
  const first = startForTest({ DATA_DIR });
  const { setUpUrl } = await first.ready();
  expect((await fetch(setUpUrl ?? '')).status).toBe(200);
  const record = first.records().find(({ msg }) => msg.startsWith('Ready'));
  expect(record).toMatchObject({ data: `${DATA_DIR} (embedded PostgreSQL)`, roles: 'web, worker' });
  await first.stop();

  const second = startForTest({ DATA_DIR, ...ADMIN });
  expect((await second.ready()).setUpUrl).toBeUndefined();
  await second.stop();

  const third = startForTest({ DATA_DIR });
  expect((await third.ready()).setUpUrl).toBeUndefined();
});

test('a console that was told to end answers what is in progress, then ends itself and PostgreSQL', async () => {
  const DATA_DIR = await dataDirOfTest();
  const { promise: held, resolve: release } = Promise.withResolvers<void>();
  await using receiver = await startReceiver((response, request) => {
    void held.then(() => json({ late: true })(response, request));
  });
  const running = startForTest({ DATA_DIR, ...ADMIN });
  const { url } = await running.ready();
  const key = await runCommand({ DATA_DIR }, 'api-keys', 'create', '--name', 'Test', '--scopes', 'read,write');
  const post = (path: string, body: object) =>
    fetch(`${url}${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  const made = await post('/api/connectors', {
    name: 'Slow',
    type: 'n8n_webhook',
    config: { webhook_url: `${receiver.url}/webhook/abc` },
  });
  const { id } = (await made.json()) as { id: string };

  const inProgress = post(`/api/connectors/${id}/test`, { message: 'hello' });
  await until('the receiver has the message', () => receiver.requests.length === 1);
  running.child.kill('SIGINT');
  running.child.kill('SIGINT'); // as npm does, which passes on the Ctrl-C that the terminal has sent to all
  await until('new connections are refused', () =>
    fetch(url).then(
      () => false,
      () => true,
    ),
  );
  release();

  expect(await (await inProgress).json()).toMatchObject({ ok: true, status: 200, body: { late: true } });
  expect(await running.exited).toEqual({ code: 0, signal: null });
  expect(running.stderr()).toBe('');
  expect(await serverIn(DATA_DIR)).toBeUndefined();
});

// SIGHUP is what a terminal sends that is closed.
test.each(['SIGTERM', 'SIGHUP'] as const)(
  'a console that gets %s while it starts leaves no PostgreSQL',
  async (signal) => {
    const DATA_DIR = await dataDirOfTest();
    const starting = startForTest({ DATA_DIR });
    await until('PostgreSQL runs', () => serverIn(DATA_DIR));
    starting.child.kill(signal);
    expect(await starting.exited).toEqual({ code: 0, signal: null });
    expect(await serverIn(DATA_DIR)).toBeUndefined();
  },
);

test('a second Ctrl-C ends the console at once', async () => {
  const DATA_DIR = await dataDirOfTest();
  const running = startForTest({ DATA_DIR });
  const { hostname, port } = new URL((await running.ready()).url);
  const unfinished = connect(Number(port), hostname);
  unfinished.on('error', () => {});
  onTestFinished(() => void unfinished.destroy());
  unfinished.write('POST /api/connectors HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n{');
  await once(unfinished, 'connect');
  // One press of the keys may come as several signals, so that it takes one a second later.
  await until('it has ended', () => running.child.exitCode ?? (running.child.kill('SIGINT') && false), 15_000);
  expect(await running.exited).toEqual({ code: 130, signal: null });
});

test('after a kill, the next start takes over the PostgreSQL that lives on', async () => {
  const DATA_DIR = await dataDirOfTest();
  const killed = startForTest({ DATA_DIR, ...ADMIN });
  await killed.ready();
  const before = await serverIn(DATA_DIR);
  killed.child.kill('SIGKILL');
  await killed.exited;
  expect(await serverIn(DATA_DIR)).toEqual(before);

  const next = startForTest({ DATA_DIR });
  expect((await next.ready()).setUpUrl).toBeUndefined();
  expect(await serverIn(DATA_DIR)).toEqual(before);
});

test('a data folder that was deleted is made afresh', async () => {
  const DATA_DIR = await dataDirOfTest();
  const before = startForTest({ DATA_DIR, ...ADMIN });
  await before.ready();
  await before.stop();
  await rm(DATA_DIR, { recursive: true });

  const after = startForTest({ DATA_DIR });
  expect((await after.ready()).setUpUrl).toBeDefined();
});

test('a PostgreSQL that was killed comes back, and until then the console says that it is unavailable', async () => {
  const DATA_DIR = await dataDirOfTest();
  const running = startForTest({ DATA_DIR, ...ADMIN });
  const { url } = await running.ready();
  const status = async (path: string) => (await fetch(`${url}${path}`)).status;
  expect(await status('/sign-in')).toBe(200);
  const before = await serverIn(DATA_DIR);
  process.kill(before?.pid ?? 0, 'SIGKILL');
  // A page that began before it was missed may be rendered until PostgreSQL is back; a file never waits.
  await until('it was missed', async () => (await status('/favicon.svg')) === 503);
  await until('it is ready again', async () => (await status('/api/health/ready')) === 200);
  expect(await status('/api/health/live')).toBe(200);
  expect((await serverIn(DATA_DIR))?.pid).not.toBe(before?.pid);
  await until('pages are shown again', async () => (await status('/sign-in')) === 200);
});

test('processes that start at once on one database migrate it once and all serve', async () => {
  const name = `test_${randomUUID()}`;
  const DATABASE_URL = await createDatabase(inject('testServer'), name);
  onTestFinished(() => dropDatabase(inject('testServer'), name));
  const env = { DATABASE_URL, HONEYFRAME_SECRET: randomBytes(32).toString('base64'), ...ADMIN };
  const [worker, ...webs] = ['worker', 'web', 'web'].map((ROLE) => startForTest({ ...env, ROLE }));
  await worker?.ready();
  for (const web of webs) {
    const { url } = await web.ready();
    expect((await fetch(`${url}/sign-in`)).status).toBe(200);
  }
  const all = [...webs, worker].flatMap((one) => one?.records() ?? []);
  expect(all.filter(({ migrations }) => migrations !== undefined)).toHaveLength(1);
  const client = new pg.Client({ connectionString: DATABASE_URL });
  await client.connect();
  const { rows } = await client.query(
    'select (select count(*) from "user")::int as people, count(*)::int as migrations from _prisma_migrations',
  );
  await client.end();
  const folders = (await readdir('prisma/migrations', { withFileTypes: true })).filter((entry) => entry.isDirectory());
  expect(rows).toEqual([{ people: 1, migrations: folders.length }]);
});

test('a web that starts answers live, not ready, and 503 to everything else until it is ready', async () => {
  const name = `test_${randomUUID()}`;
  const there = new URL(await createDatabase(inject('testServer'), name));
  onTestFinished(() => dropDatabase(inject('testServer'), name));
  // The database's server is not there yet: nothing listens at its address.
  const [PORT, databasePort] = [await closedPort(), await closedPort()];
  const away = new URL(there);
  away.port = String(databasePort);
  const running = startForTest({
    PORT: String(PORT),
    DATABASE_URL: away.href,
    HONEYFRAME_SECRET: randomBytes(32).toString('base64'),
    ROLE: 'web',
  });
  const ask = (path: string, method = 'GET') => fetch(`http://127.0.0.1:${PORT}${path}`, { method });
  const isListening = () =>
    ask('/api/health/live').then(
      ({ status }) => status,
      () => false,
    );
  expect(await until('it listens', isListening, 30_000)).toBe(200);
  const refused: [string, string][] = [
    ['GET', '/api/health/ready'],
    ['GET', '/api/connectors'],
    ['POST', '/api/events'],
    ['POST', '/api/csp-report'],
    ['POST', '/api/mcp'],
    ['GET', '/api/openapi.json'],
    ['GET', '/sign-in'],
    ['GET', '/'],
    ['GET', '/favicon.svg'],
  ];
  for (const [method, path] of refused) {
    const answer = await ask(path, method);
    expect([method, path, answer.status, answer.headers.get('retry-after')]).toEqual([method, path, 503, '2']);
  }
  expect(running.records().filter(({ msg }) => msg.startsWith('Ready'))).toEqual([]);

  const relay = createServer((client) => {
    const upstream = connect(Number(there.port), there.hostname);
    for (const socket of [client, upstream]) socket.on('error', () => client.destroy());
    client.pipe(upstream).pipe(client);
  });
  onTestFinished(() => void relay.close());
  relay.listen(databasePort, '127.0.0.1');
  await running.ready();
  expect((await ask('/api/health/ready')).status).toBe(200);
  expect((await ask('/api/connectors')).status).toBe(401);
  expect((await ask('/sign-in')).status).toBe(200);
});
