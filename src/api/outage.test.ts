import { execFile } from 'node:child_process';
import { chown, mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, expect, inject, onTestFinished, test, vi } from 'vitest';
import type { OpenPlatform } from '#platform/open-platform.ts';
import { portOf } from '#testing/receivers.ts';
import { testListener } from '#testing/test-listener.ts';
import {
  createTestApiKey,
  createTestOrganization,
  createTestPlatform,
  createTestUser,
  postAuth,
  TEST_ORIGIN,
  type TestOrganization,
  type TestUser,
} from '#testing/test-platform.ts';
import { until } from '#testing/until.ts';
import { handleMcp } from './mcp.ts';
import { handleRest } from './rest.ts';
import { handleTrpc } from './trpc.ts';

const execute = promisify(execFile);

let platform: OpenPlatform;
let organization: TestOrganization;
let key: string;
let user: TestUser;
let url: string;
let close: () => void;
const lines: { level: string; about: Record<string, unknown>; message: string }[] = [];

beforeAll(async () => {
  platform = await createTestPlatform();
  organization = await createTestOrganization(platform);
  key = await createTestApiKey(organization.scope(), ['read', 'write', 'publish', 'invoke']);
  user = await createTestUser(platform, organization, 'owner');
  await organization.connectorId();
  vi.spyOn(platform.log, 'error').mockImplementation((about: unknown, message?: unknown) => {
    lines.push({ level: 'error', about: about as Record<string, unknown>, message: String(message) });
  });
  const server = createServer(testListener(platform));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${portOf(server)}`;
  close = () => void server.close();
});
afterAll(async () => {
  close();
  await platform.close();
});

afterEach(async () => {
  await asAdmin(`alter database "${name()}" reset default_transaction_read_only`, hangUp());
  await until('the pool has recovered', async () => (await platform.pool.query('select 1')).rows.length === 1);
});

const name = () => new URL(platform.config.databaseUrl ?? '').pathname.slice(1);

/** On the server itself, beside the pool that is tried. */
async function asAdmin(...statements: string[]): Promise<void> {
  const client = new pg.Client({ connectionString: inject('testServer') });
  await client.connect();
  for (const statement of statements) await client.query(statement);
  await client.end();
}

const hangUp = () =>
  `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${name()}' and pid <> pg_backend_pid()`;

const headers = () => ({ authorization: `Bearer ${key}`, 'content-type': 'application/json' });
const EVENT = { event_type: 'dataset.updated', data: { dataset_id: 'dataset-4' } };

const publish = () => fetch(`${url}/api/events`, { method: 'POST', headers: headers(), body: JSON.stringify(EVENT) });

const requestOf = (path: string, method: string, body?: unknown, more = {}) =>
  new Request(`${TEST_ORIGIN}${path}`, {
    method,
    headers: { host: new URL(TEST_ORIGIN).host, ...headers(), ...more },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });

/** A write on each face, with who answers it. */
const WRITES: Record<string, () => Promise<Response>> = {
  'POST /api/events': publish,
  'POST /api/events/batch': () =>
    fetch(`${url}/api/events/batch`, {
      method: 'POST',
      headers: headers(),
      body: JSON.stringify({ events: [EVENT, EVENT] }),
    }),
  'REST POST /api/events': () => handleRest(platform, requestOf('/api/events', 'POST', EVENT)),
  'REST POST /api/webhooks': () =>
    handleRest(
      platform,
      requestOf('/api/webhooks', 'POST', { event_type: '*', target_url: 'http://127.0.0.1:4/hooks' }),
    ),
  'REST POST /api/pipeline/runs': () =>
    handleRest(
      platform,
      requestOf('/api/pipeline/runs', 'POST', { recipe_id: 'r', recipe_name: 'R', status: 'running' }),
    ),
  'tRPC connectors.create': () =>
    handleTrpc(
      platform,
      requestOf('/api/trpc/connectors.create', 'POST', {
        name: 'Another one',
        type: 'n8n_webhook',
        config: { webhook_url: 'https://n8n.example.com/webhook/1' },
      }),
    ),
  'MCP tools/call': () =>
    handleMcp(
      platform,
      requestOf(
        '/api/mcp',
        'POST',
        { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'send_to_n8n', arguments: { message: 'hi' } } },
        { accept: 'application/json, text/event-stream', 'mcp-protocol-version': '2025-06-18' },
      ),
    ),
  'sign-in': () => postAuth(platform, '/sign-in/email', { email: user.email, password: user.password }),
};

async function counts() {
  const client = new pg.Client({ connectionString: platform.config.databaseUrl });
  client.on('error', () => {});
  await client.connect();
  const { rows } = await client.query(
    `select (select count(*) from event) as events, (select count(*) from webhook) as webhooks,
      (select count(*) from connector) as connectors, (select count(*) from dataintel.audit_log) as audit`,
  );
  await client.end();
  return rows[0];
}

async function expectUnavailable(): Promise<void> {
  for (const [what, write] of Object.entries(WRITES)) {
    const answer = await write();
    expect([what, answer.status, answer.headers.get('retry-after')]).toEqual([what, 503, '2']);
    const text = await answer.text();

    if (!what.startsWith('MCP') && !what.startsWith('tRPC'))
      expect(JSON.parse(text)).toMatchObject({ code: 'UNAVAILABLE', issues: [] });
  }
}

const readiness = async () => (await fetch(`${url}/api/health/ready`)).status;

test('while the server is read-only, as after a failover, it is not ready, and every write on every face is a 503 with Retry-After that changes nothing', async () => {
  expect(await readiness()).toBe(200);
  const before = await counts();
  await asAdmin(`alter database "${name()}" set default_transaction_read_only = on`, hangUp());
  await until('it is not ready', async () => (await readiness()) === 503);
  const answer = await fetch(`${url}/api/health/ready`);
  expect([answer.headers.get('retry-after'), await answer.json()]).toEqual([
    '2',
    { code: 'UNAVAILABLE', message: expect.stringContaining('read-only'), issues: [] },
  ]);
  await expectUnavailable();
  // What only reads goes on.
  expect((await handleRest(platform, requestOf('/api/webhooks', 'GET'))).status).toBe(200);
  expect((await fetch(`${url}/connectors`)).status).toBe(200);
  expect(await counts()).toEqual(before);
  await asAdmin(`alter database "${name()}" reset default_transaction_read_only`, hangUp());
  await until('it is ready again', async () => (await readiness()) === 200);
  expect((await publish()).status).toBe(202);
});

test('in an outage a failure is one line per kind and second, with method and path and without a stack, and the rest is counted', async () => {
  await asAdmin(`alter database "${name()}" set default_transaction_read_only = on`, hangUp());
  await until('it is not ready', async () => (await readiness()) === 503);
  lines.length = 0;
  const startedAt = performance.now();
  for (let round = 0; round < 20; round += 1) await Promise.all(Array.from({ length: 10 }, publish));
  const seconds = Math.floor((performance.now() - startedAt) / 1000);
  const failed = lines.filter(({ message }) => message.startsWith('The procedure events.publish failed'));
  expect(failed.length).toBeGreaterThan(0);
  expect(failed.length).toBeLessThanOrEqual(seconds + 1);
  expect(lines.length).toBeLessThan(20);
  expect(failed[0]).toEqual({
    level: 'error',
    about: {
      problem: 'read_only',
      reason: expect.stringContaining('read-only transaction'),
      unsaid_before: expect.any(Number),
      procedure: 'events.publish',
      method: 'POST',
      path: '/api/events',
    },
    message: 'The procedure events.publish failed: PostgreSQL is read-only',
  });
  await until('the next line says how many it stands for', async () => {
    await publish();
    const said = lines.slice(1).find(({ about }) => Number(about.unsaid_before) > 0);
    return said !== undefined;
  });
  await asAdmin(`alter database "${name()}" reset default_transaction_read_only`, hangUp());
  await until('it is ready again', async () => (await readiness()) === 200);
});

test('a server that lets nobody else in, or ends, is a 503 with Retry-After on every face, and pages say so instead of failing', async () => {
  await asAdmin(`alter database "${name()}" allow_connections false`, hangUp());
  await until('it is not ready', async () => (await readiness()) === 503);
  const page = await fetch(`${url}/connectors`, { headers: { accept: 'text/html' } });
  expect([page.status, page.headers.get('retry-after'), page.headers.get('refresh')]).toEqual([503, '2', '2']);
  expect(page.headers.get('content-type')).toContain('text/html');
  expect(await page.text()).toContain('The console is unavailable');
  expect((await fetch(`${url}/api/health/live`)).status).toBe(200);
  // Files need no database.
  expect(await (await fetch(`${url}/favicon.svg`)).text()).toBe('from Next');
  await asAdmin(`alter database "${name()}" allow_connections true`);
  await until('it is ready again', async () => (await readiness()) === 200);
  // A page may hear of it a moment later than the probe, and asks again every two seconds.
  await until('the page is there', async () => (await (await fetch(`${url}/connectors`)).text()) === 'from Next');
});

test('the readiness probe commits a change and takes space on the disk, once a second however many ask', async () => {
  const seen = async () => {
    const { rows } = await platform.pool.query<{ at: Date; files: string }>(
      `select pg_stat_force_next_flush(), (select at from heartbeat) as at,
        (select temp_files from pg_stat_database where datname = current_database()) as files`,
    );
    return rows[0];
  };
  await until('the row is there', async () => {
    await readiness();
    return (await seen())?.at;
  });
  const before = await seen();
  await until('the probe wrote a file and the row', async () => {
    await readiness();
    const after = await seen();
    return Number(after?.files) > Number(before?.files) && Number(after?.at) > Number(before?.at);
  });
  const query = vi.spyOn(platform.pool, 'query');
  onTestFinished(() => query.mockRestore());
  await Promise.all(Array.from({ length: 50 }, readiness));
  expect(query.mock.calls.length).toBeLessThanOrEqual(2);
});

test('while the disk is full it is not ready, and a publish is a 503 with Retry-After', async ({ skip }) => {
  const mounted = await mkdtemp(join(tmpdir(), 'honeyframe-small-disk-'));
  const { rows } = await platform.pool.query<{ data_directory: string }>('show data_directory');
  const owner = await stat(rows[0]?.data_directory ?? '');
  const isMounted = await execute('mount', ['-t', 'tmpfs', '-o', 'size=96m', 'tmpfs', mounted]).then(
    () => true,
    () => false,
  );
  if (!isMounted) {
    await rm(mounted, { recursive: true });
    skip('needs the right to mount a small disk');
  }
  const place = join(mounted, 'tablespace');
  await mkdir(place);
  await chown(mounted, owner.uid, owner.gid);
  await chown(place, owner.uid, owner.gid);
  const small = `small_${process.pid}`;
  await asAdmin(`create tablespace ${small} location '${place}'`);
  const full = await createTestPlatform();
  onTestFinished(async () => {
    await full.close();
    await asAdmin(`drop tablespace ${small}`);
    await execute('umount', [mounted]);
    await rm(mounted, { recursive: true });
  });
  const there = await createTestOrganization(full);
  const path = new URL(full.config.databaseUrl ?? '').pathname.slice(1);
  await asAdmin(
    `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${path}'`,
    `alter database "${path}" set tablespace ${small}`,
  );
  const server = createServer(testListener(full));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const isReady = async () => (await fetch(`http://127.0.0.1:${portOf(server)}/api/health/ready`)).status;
  await until('it is ready', async () => (await isReady()) === 200);
  const own = await createTestApiKey(there.scope(), ['publish']);
  await writeFile(join(mounted, 'filler'), Buffer.alloc(96 * 1024 * 1024)).catch(() => {});
  await until('it is not ready', async () => (await isReady()) === 503);
  const large = { ...EVENT, data: { dataset_id: 'dataset-4', filler: 'x'.repeat(200_000) } };
  const answer = await until('nothing more is taken', async () => {
    const body = JSON.stringify({ ...large, data: { ...large.data, filler: crypto.randomUUID().repeat(5_000) } });
    const request = new Request(`${TEST_ORIGIN}/api/events`, {
      method: 'POST',
      headers: { authorization: `Bearer ${own}`, 'content-type': 'application/json' },
      body,
    });
    const response = await handleRest(full, request);
    return response.status === 202 ? undefined : response;
  });
  expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '2']);
  expect(await answer.json()).toMatchObject({ code: 'UNAVAILABLE', message: expect.stringContaining('disk') });
  await rm(join(mounted, 'filler'));
  await until('it is ready again', async () => (await isReady()) === 200);
});
