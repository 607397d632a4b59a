import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { ensureNextBuild } from '#platform/next/next-build.ts';
import type { OpenPlatform } from '#platform/open-platform.ts';
import { closedPort } from '#testing/receivers.ts';
import {
  consoleEnvironment,
  makeDataDir,
  type RunningConsole,
  removeDataDir,
  startConsole,
} from '#testing/running-console.ts';
import {
  createTestApiKey,
  createTestOrganization,
  createTestPlatform,
  createTestUser,
  type TestOrganization,
} from '#testing/test-platform.ts';
import { until } from '#testing/until.ts';

// A start takes seconds, and several times that where tests run on all processors.
vi.setConfig({ testTimeout: 120_000 });

const PROJECT_DIR = resolve(import.meta.dirname, '..');

let platform: OpenPlatform;
let organization: TestOrganization;
let dataDir: string;
let running: RunningConsole;
let next: ChildProcess;
/** Where our own server and plain `next start` answer, on one database. */
let urls: { ours: string; next: string };
let key: string;
let cookie: string;

beforeAll(async () => {
  await ensureNextBuild({ projectDir: PROJECT_DIR, signal: AbortSignal.timeout(240_000), onBuild: () => {} });
  dataDir = await makeDataDir();
  const secret = Buffer.alloc(32, 7).toString('base64');
  platform = await createTestPlatform({ HONEYFRAME_SECRET: secret });
  organization = await createTestOrganization(platform);
  key = await createTestApiKey(organization.scope(), ['read', 'write', 'publish', 'invoke']);
  ({ cookie } = await createTestUser(platform, organization, 'owner'));
  const env = {
    DATA_DIR: dataDir,
    DATABASE_URL: platform.config.databaseUrl ?? '',
    HONEYFRAME_SECRET: secret,
    ROLE: 'web',
    LOG_LEVEL: 'info',
    METRICS_TOKEN: 'token-of-metrics',
  };
  running = startConsole(env);
  const port = await closedPort();
  next = spawn(process.execPath, ['node_modules/next/dist/bin/next', 'start', '-p', String(port), '-H', '127.0.0.1'], {
    cwd: PROJECT_DIR,
    env: consoleEnvironment({ ...env, LOG_LEVEL: 'silent' }),
    stdio: 'ignore',
  });
  urls = { ours: (await running.ready()).url, next: `http://127.0.0.1:${port}` };
  const isLive = async () => (await fetch(`${urls.next}/api/health/live`).catch(() => null))?.status === 200;
  await until('next start answers', isLive, 120_000);
}, 310_000);
afterAll(async () => {
  await running?.stop();
  if (next?.exitCode === null) {
    next.kill('SIGTERM');
    await once(next, 'exit');
  }
  await platform?.close();
  await removeDataDir(dataDir);
});

/** What the contract says of an answer's head. */
const HEADERS = [
  'access-control-allow-headers',
  'access-control-allow-methods',
  'access-control-allow-origin',
  'access-control-expose-headers',
  'access-control-max-age',
  'allow',
  'cache-control',
  'content-disposition',
  'content-type',
  'etag',
  'location',
  'retry-after',
  'www-authenticate',
  'x-content-type-options',
];

/** Stands for the address of the server that is asked. */
const OWN_ORIGIN = 'own';

type Asked = { headers?: Record<string, string>; body?: unknown };

async function answerOf(url: string, method: string, path: string, { headers = {}, body }: Asked) {
  const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
  const answer = await fetch(`${url}${path}`, {
    method,
    headers: {
      ...(text !== undefined && { 'content-type': 'application/json' }),
      ...headers,
      ...(headers.origin === OWN_ORIGIN && { origin: url }),
    },
    ...(text !== undefined && { body: text }),
    redirect: 'manual',
  });
  return {
    status: answer.status,
    headers: Object.fromEntries(HEADERS.map((name) => [name, answer.headers.get(name)])),
    cookies: answer.headers.getSetCookie().map((one) => one.split('=', 1)[0]),
    // A nonce is new with every page.
    body: (await answer.text()).replace(/nonce="[^"]+"/g, ''),
  };
}

const withKey = () => ({ authorization: `Bearer ${key}` });
const withCookie = () => ({ cookie, origin: OWN_ORIGIN, 'sec-fetch-site': 'same-origin' });
const REPORT = { 'csp-report': { 'blocked-uri': 'https://cdn.example/', 'effective-directive': 'img-src' } };
const EVENT = { event_type: 'dataset.updated', data: { dataset_id: 'd1' }, idempotency_key: 'one-of-both' };
const input = (value: unknown) => encodeURIComponent(JSON.stringify(value));

describe('our own server and plain next start answer alike', () => {
  test.each<[string, string, number, (() => Asked)?]>([
    // CSP reports
    ['POST', '/api/csp-report', 204, () => ({ body: REPORT })],
    ['POST', '/api/csp-report?d=enforce', 400, () => ({ body: '{"nothing":1}' })],
    ['POST', '/api/csp-report', 413, () => ({ body: 'x'.repeat(1024 * 1024 + 1) })],
    ['OPTIONS', '/api/csp-report', 204],
    ['GET', '/api/csp-report', 405],
    // REST
    ['GET', '/api/connectors', 200, () => ({ headers: withKey() })],
    ['HEAD', '/api/connectors', 200, () => ({ headers: withKey() })],
    ['GET', '/api/connectors?limit=0', 400, () => ({ headers: withKey() })],
    ['GET', '/api/connectors', 401],
    ['GET', '/api/connectors', 401, () => ({ headers: { authorization: 'Bearer nonsense' } })],
    ['GET', '/api/connectors', 200, () => ({ headers: withCookie() })],
    ['GET', '/api/tools', 200, () => ({ headers: withKey() })],
    ['GET', '/api/pipeline/runs/export?format=csv', 200, () => ({ headers: withKey() })],
    ['POST', '/api/connectors', 400, () => ({ headers: withKey(), body: { name: 1, nothing: true } })],
    ['POST', '/api/connectors', 400, () => ({ headers: withKey(), body: '{"name":' })],
    ['POST', '/api/connectors', 413, () => ({ headers: withKey(), body: ' '.repeat(1024 * 1024 + 1) })],
    ['POST', '/api/connectors', 403, () => ({ headers: { cookie, origin: 'https://evil.example' }, body: {} })],
    ['POST', '/api/events', 202, () => ({ headers: withKey(), body: EVENT })],
    ['POST', '/api/events/batch', 400, () => ({ headers: withKey(), body: { events: [] } })],
    ['GET', '/api/webhooks/0192f0c0-0000-7000-8000-000000000000', 404, () => ({ headers: withKey() })],
    ['PUT', '/api/connectors', 405, () => ({ headers: withKey() })],
    ['GET', '/api/nowhere', 404],
    // From a page of another origin, with a key
    ['GET', '/api/connectors', 200, () => ({ headers: { ...withKey(), origin: 'https://desk.example' } })],
    [
      'OPTIONS',
      '/api/connectors',
      204,
      () => ({
        headers: {
          origin: 'https://desk.example',
          'access-control-request-method': 'GET',
          'access-control-request-headers': 'authorization',
        },
      }),
    ],
    ['GET', '/api', 404],
    // tRPC
    ['GET', '/api/trpc/setup.status', 200],
    ['GET', `/api/trpc/connectors.list?input=${input({})}`, 200, () => ({ headers: withCookie() })],
    [
      'GET',
      `/api/trpc/connectors.list,session.get?batch=1&input=${input({ 0: {} })}`,
      200,
      () => ({ headers: withCookie() }),
    ],
    ['GET', '/api/trpc/nothing.here', 404, () => ({ headers: withCookie() })],
    ['POST', '/api/trpc/connectors.create', 400, () => ({ headers: withCookie(), body: { name: 1 } })],
    ['POST', '/api/trpc/connectors.create', 401, () => ({ body: {} })],
    ['DELETE', '/api/trpc/connectors.list', 405],
    // MCP
    ['POST', '/api/mcp', 401, () => ({ body: {} })],
    [
      'POST',
      '/api/mcp',
      200,
      () => ({
        headers: { ...withKey(), accept: 'application/json, text/event-stream', 'mcp-protocol-version': '2025-06-18' },
        body: { jsonrpc: '2.0', id: 1, method: 'tools/list' },
      }),
    ],
    ['GET', '/api/mcp', 405, () => ({ headers: withKey() })],
    // Sign-in
    ['GET', '/api/auth/get-session', 200],
    ['POST', '/api/auth/sign-out', 200, () => ({ headers: { origin: OWN_ORIGIN }, body: {} })],
    ['POST', '/api/auth/sign-up/email', 404, () => ({ body: {} })],
    ['POST', '/api/auth/sign-in/email', 400, () => ({ headers: { origin: OWN_ORIGIN }, body: { email: 1 } })],
    ['PUT', '/api/auth/get-session', 405],
    // OpenAPI and its pages
    ['GET', '/api/openapi.json', 200],
    ['POST', '/api/openapi.json', 405],
    ['GET', '/api/docs', 200],
    ['GET', '/api/docs/inter.woff2', 200],
    ['GET', '/api/docs/nothing.js', 404],
    // Twilio's callbacks
    ['POST', '/api/twilio/status/0192f0c0-0000-7000-8000-000000000000', 404, () => ({ body: 'MessageSid=SM1' })],
    ['GET', '/api/twilio/status/0192f0c0-0000-7000-8000-000000000000', 405],
    // Health and metrics
    ['GET', '/api/health/live', 200],
    ['GET', '/api/health/ready', 200],
    ['PATCH', '/api/health/ready', 405],
    ['GET', '/api/metrics', 401],
  ])('%s %s (%i)', async (method, path, status, asked = () => ({})) => {
    if (path === '/api/events') await answerOf(urls.ours, method, path, asked());
    const ours = await answerOf(urls.ours, method, path, asked());
    expect(ours.status).toBe(status);
    expect(ours).toEqual(await answerOf(urls.next, method, path, asked()));
  });

  test('and stream alike', async () => {
    const first = async (url: string) => {
      const client = new AbortController();
      const answer = await fetch(`${url}/api/trpc/csp.tail?input=${input({})}`, {
        headers: withKey(),
        signal: client.signal,
      });
      const { value } = (await answer.body?.getReader().read()) ?? {};
      client.abort();
      return [answer.status, answer.headers.get('content-type'), answer.headers.get('cache-control'), String(value)];
    };
    expect(await first(urls.ours)).toEqual(await first(urls.next));
  });
});
