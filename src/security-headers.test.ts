import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { securityHeaders } from '#core/http/security-headers.ts';
import { ensureNextBuild } from '#platform/next/next-build.ts';
import { openDatabase } from '#platform/postgres/database.ts';
import { closedPort } from '#testing/receivers.ts';
import { makeDataDir, type RunningConsole, removeDataDir, startConsole } from '#testing/running-console.ts';
import { createTestDatabase } from '#testing/test-database.ts';

// A start takes seconds, and several times that where tests run on all processors.
vi.setConfig({ testTimeout: 120_000 });

let database: Awaited<ReturnType<typeof createTestDatabase>>;
let env: Record<string, string>;
let dataDir: string;
let running: RunningConsole;

beforeAll(async () => {
  await ensureNextBuild({ projectDir: process.cwd(), signal: AbortSignal.timeout(240_000), onBuild: () => {} });
  database = await createTestDatabase();
  dataDir = await makeDataDir();
  env = {
    DATA_DIR: dataDir,
    DATABASE_URL: database.connectionString,
    HONEYFRAME_SECRET: randomBytes(32).toString('base64'),
    ROLE: 'web',
    PORT: String(await closedPort()),
    PUBLIC_URL: 'https://webhooks.example.com',
  };
  running = startConsole(env);
  await running.ready();
}, 310_000);
afterAll(async () => {
  await running?.stop();
  await removeDataDir(dataDir);
  await database.close();
});

const get = (path: string, init: RequestInit = {}) =>
  fetch(`http://localhost:${env.PORT}${path}`, { redirect: 'manual', ...init });

test.each<[string, number, RequestInit?]>([
  ['/', 307],
  ['/sign-in', 200],
  ['/nowhere', 404],
  ['/favicon.svg', 200],
  ['/_next/static/nothing.js', 404],
  ['/api/docs', 200],
  ['/api/docs/swagger-ui.css', 200],
  ['/api/openapi.json', 200],
  ['/api/connectors', 401],
  ['/api/nowhere', 404],
  ['/api/events', 401, { method: 'POST', body: '{}' }],
  ['/api/trpc/setup.status', 200],
  ['/api/auth/get-session', 200],
  ['/api/mcp', 401, { method: 'POST', body: '{}' }],
  ['/api/metrics', 404],
  ['/api/health/live', 200],
  ['/api/health/ready', 200],
  ['/api/csp-report', 400, { method: 'POST', body: 'nothing' }],
  ['/api/connectors', 403, { headers: { 'x-forwarded-proto': 'http' }, method: 'DELETE' }],
  ['/a/%ff', 400],
])('every answer has the security headers: %s (%i)', async (path, status, init) => {
  const { status: given, headers } = await get(path, init);
  // What an answer is called is other tests' matter: here it only has to be one of its kind.
  expect(Math.floor(given / 100)).toBe(Math.floor(status / 100));
  expect(headers.get('x-content-type-options')).toBe('nosniff');
  expect(headers.get('referrer-policy')).toMatch(/^(strict-origin-when-cross-origin|no-referrer)$/);
  expect(headers.get('permissions-policy')).toContain('camera=()');
  expect(headers.get('cross-origin-opener-policy')).toBe('same-origin');
  expect(headers.get('cross-origin-resource-policy')).toBe(path === '/api/csp-report' ? 'cross-origin' : 'same-origin');
  expect(headers.get('strict-transport-security')).toBe('max-age=31536000');
  expect(headers.get('x-powered-by')).toBeNull();
  if (!path.startsWith('/_next/')) expect(headers.get('content-security-policy')).toContain("default-src 'none'");
});

test('HSTS is for TLS alone', () => {
  expect(securityHeaders('/', false)).not.toHaveProperty('Strict-Transport-Security');
  expect(securityHeaders('/', true)).toHaveProperty('Strict-Transport-Security');
});

test('a new installation enforces its policy; one from before reports until CSP_MODE says otherwise', async () => {
  const modeOf = async (more: Record<string, string> = {}) => {
    running = startConsole({ ...env, ...more });
    await running.ready();
    const { headers } = await get('/sign-in');
    return {
      enforced: headers.get('content-security-policy'),
      reported: headers.get('content-security-policy-report-only'),
    };
  };
  const first = (await get('/sign-in')).headers;
  expect(first.get('content-security-policy')).toMatch(/'strict-dynamic'.*report-uri \/api\/csp-report\?d=enforce/);
  expect(first.get('content-security-policy-report-only')).toBeNull();
  await running.stop();
  expect(await modeOf({ CSP_MODE: 'report' })).toEqual({
    enforced: null,
    reported: expect.stringContaining('d=report'),
  });
  await running.stop();
  const { database: prisma, close } = openDatabase(database.connectionString);
  await prisma.installation.update({ where: { id: 1 }, data: { csp_enforced: false } });
  await close();
  expect(await modeOf()).toEqual({ enforced: null, reported: expect.stringContaining('d=report') });
  await running.stop();
  expect(await modeOf({ CSP_MODE: 'enforce' })).toEqual({
    enforced: expect.stringContaining('d=enforce'),
    reported: null,
  });
});
