import { request as ask } from 'node:http';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { ensureNextBuild } from '#platform/next/next-build.ts';
import { closedPort } from '#testing/receivers.ts';
import { makeDataDir, type RunningConsole, removeDataDir, startConsole } from '#testing/running-console.ts';

// A start takes seconds, and several times that where tests run on all processors.
vi.setConfig({ testTimeout: 120_000 });

const ADMIN = { ADMIN_EMAIL: 'ada@example.com', ADMIN_PASSWORD: 'correct horse battery' };
const FOREIGN = 'rebound.evil.example';

type Sent = { host?: string | string[]; method?: string; headers?: Record<string, string>; body?: unknown };
type Answer = { status: number; text: string; headers: NodeJS.Dict<string | string[]> };

let dataDir: string;
let running: RunningConsole;
let port: number;
let key: string;
let cookie: string;

/** Over the wire as it is, with whatever Host. The answer of a stream ends after its first bytes. */
function send(path: string, { host = 'localhost', method = 'GET', headers = {}, body }: Sent = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = ask(
      { host: '127.0.0.1', port, path, method, setHost: false, headers: { ...headers, host: host as string } },
      (response) => {
        let text = '';
        const done = () => {
          resolve({ status: response.statusCode ?? 0, text, headers: response.headers });
          response.destroy();
        };
        response.on('data', (part) => {
          text += part;
          if (response.headers['content-type']?.startsWith('text/event-stream')) done();
        });
        response.on('end', done);
      },
    );
    sent.on('error', reject);
    sent.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

/** What no client of ours would send. @returns the status of the answer. */
function sendRaw(text: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(text));
    let answer = '';
    socket.on('data', (part) => {
      answer += part;
      socket.end();
    });
    socket.on('close', () => resolve(Number(answer.split(' ', 2)[1])));
    socket.on('error', reject);
  });
}

const signIn = (sent: Sent) =>
  send('/api/auth/sign-in/email', {
    method: 'POST',
    body: { email: ADMIN.ADMIN_EMAIL, password: ADMIN.ADMIN_PASSWORD },
    ...sent,
    headers: { 'content-type': 'application/json', ...sent.headers },
  });

beforeAll(async () => {
  await ensureNextBuild({ projectDir: process.cwd(), signal: AbortSignal.timeout(240_000), onBuild: () => {} });
  dataDir = await makeDataDir();
  running = startConsole({
    DATA_DIR: dataDir,
    ALLOWED_HOSTS: 'desk.lan,*.example.org',
    METRICS_TOKEN: 'a token of metrics',
    ...ADMIN,
  });
  port = Number(new URL((await running.ready()).url).port);
  const command = startConsole({ DATA_DIR: dataDir }, 'src/cli.ts', [
    'api-keys',
    'create',
    '--name',
    'first',
    '--scopes',
    'read,write,publish,invoke',
  ]);
  await command.exited;
  key = command.stdout().trim();
  const signedIn = await signIn({ headers: { origin: `http://localhost:${port}` }, host: `localhost:${port}` });
  cookie = [signedIn.headers['set-cookie'] ?? []]
    .flat()
    .map((line) => line.split(';', 1)[0])
    .join('; ');
}, 310_000);
afterAll(async () => {
  await running?.stop();
  await removeDataDir(dataDir);
});

const batch = '/api/trpc/session.get,setup.status?batch=1&input=%7B%7D';

describe('a Host that is not this console’s is refused wherever authority is ambient', () => {
  test.each<[string, Sent]>([
    ['/', {}],
    ['/sign-in', {}],
    ['/set-up?token=x', {}],
    ['/webhooks', { method: 'HEAD' }],
    ['/webhooks', { method: 'OPTIONS' }],
    ['/favicon.svg', {}],
    ['/api/docs', {}],
    ['/api/openapi.json', {}],
    ['/api/connectors', {}],
    ['/api/connectors', { method: 'HEAD' }],
    ['/api/connectors', { method: 'OPTIONS' }],
    ['/api/connectors', { method: 'OPTIONS', headers: { 'access-control-request-headers': 'content-type' } }],
    ['/api/events', { method: 'POST', body: {} }],
    ['/api/auth/get-session', {}],
    ['/api/auth/get-session', { headers: { authorization: 'Bearer x' } }],
    ['/api/auth%2fget-session', { headers: { authorization: 'Bearer x' } }],
    ['/settings/account', { headers: { 'x-api-key': 'x' } }],
    ['/api', { headers: { 'x-api-key': 'x' } }],
    [batch, {}],
    ['/api/trpc/csp.tail?input=%7B%7D', { headers: { accept: 'text/event-stream' } }],
    ['/api/mcp', { method: 'POST', body: {} }],
    ['/api/health/live/..%2f..%2ftrpc', {}],
    ['/api/metrics/x', {}],
    ['/', { headers: { 'x-forwarded-host': 'localhost' } }],
    ['/', { headers: { upgrade: 'websocket', connection: 'Upgrade' } }],
  ])('%s %j', async (path, sent) => {
    for (const headers of [{} as Record<string, string>, { cookie, origin: `http://${FOREIGN}:${port}` }]) {
      const answer = await send(path, {
        ...sent,
        host: `${FOREIGN}:${port}`,
        headers: { ...headers, ...sent.headers },
      });
      expect([400, 403]).toContain(answer.status);
      if (sent.method !== 'HEAD' && answer.status === 403)
        expect(answer.text).toMatch(/rebound\.evil\.example.*PUBLIC_URL.*ALLOWED_HOSTS/);
      expect(answer.headers['set-cookie']).toBeUndefined();
    }
  });

  test('sign-in with its matching origin makes no session', async () => {
    const sessions = async () =>
      (await send('/api/trpc/account.sessions', { headers: { cookie } })).text.split('"id"').length;
    const before = await sessions();
    expect(before).toBeGreaterThan(1);
    const answer = await signIn({ host: `${FOREIGN}:${port}`, headers: { origin: `http://${FOREIGN}:${port}` } });
    expect(answer.status).toBe(403);
    expect(JSON.parse(answer.text)).toMatchObject({ code: 'FORBIDDEN' });
    expect(await sessions()).toBe(before);
  });

  test.each([
    '',
    'localhost.evil.example',
    'localhost.evil.example.',
    '10.1.2.3',
    '0.0.0.0',
    '[::]',
    'desk.lan.evil',
    'example.org',
    'org',
    'notlocalhost',
  ])('the Host %j', async (host) => {
    expect((await send('/sign-in', { host })).status).toBe(403);
  });

  test('people read the reason as text, programs as JSON', async () => {
    const page = await send('/sign-in', { host: FOREIGN, headers: { accept: 'text/html' } });
    expect([page.headers['content-type'], page.text]).toEqual([
      'text/plain; charset=utf-8',
      'This console does not answer to the host "rebound.evil.example". Use the address in PUBLIC_URL, or add the host to ALLOWED_HOSTS and restart the console.\n',
    ]);
  });
});

describe('what cannot be told apart is refused: 400', () => {
  test.each([
    `GET /sign-in HTTP/1.1\r\nHost: localhost\r\nHost: ${FOREIGN}\r\n\r\n`,
    `GET /sign-in HTTP/1.1\r\nHost: ${FOREIGN}\r\nHost: localhost\r\n\r\n`,
    'GET /sign-in HTTP/1.1\r\n\r\n',
    'GET /api/x/../../sign-in HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer x\r\n\r\n',
    'GET /api/x/%2e%2E/%2e./sign-in HTTP/1.1\r\nHost: localhost\r\n\r\n',
    'GET /api/health\\..\\..\\sign-in HTTP/1.1\r\nHost: localhost\r\n\r\n',
  ])('%j', async (text) => {
    expect(await sendRaw(text)).toBe(400);
  });

  test('the absolute form counts as its Host does', async () => {
    expect(await sendRaw(`GET http://${FOREIGN}/sign-in HTTP/1.1\r\nHost: localhost\r\n\r\n`)).toBe(403);
    expect(await sendRaw(`GET http://localhost/sign-in HTTP/1.1\r\nHost: ${FOREIGN}\r\n\r\n`)).toBe(403);
    expect(await sendRaw(`GET http://${FOREIGN}/sign-in HTTP/1.1\r\nHost: ${FOREIGN}\r\n\r\n`)).toBe(403);
    expect(await sendRaw(`GET http://${FOREIGN}/sign-in HTTP/1.0\r\n\r\n`)).toBe(403);
    expect(await sendRaw('GET /sign-in HTTP/1.0\r\n\r\n')).toBe(403);
    expect(await sendRaw('GET http://localhost/sign-in HTTP/1.1\r\nHost: localhost\r\n\r\n')).toBe(200);
  });
});

describe('the console’s own names reach it', () => {
  test.each([
    'localhost',
    'LOCALHOST:1',
    'localhost.',
    'desk.localhost',
    '127.0.0.1',
    '[::1]:3000',
    'Desk.LAN:8080',
    'a.b.example.org',
  ])('%s', async (host) => {
    expect((await send('/sign-in', { host })).status).toBe(200);
    expect((await send('/', { host, headers: { 'x-forwarded-host': FOREIGN } })).status).not.toBe(403);
  });
});

describe('under any Host answer', () => {
  test('health, metrics, CSP reports and Twilio’s callbacks', async () => {
    const host = FOREIGN;
    expect((await send('/api/health/live', { host })).status).toBe(200);
    expect((await send('/api/health/ready', { host })).status).toBe(200);
    expect((await send('/api/metrics', { host, headers: { authorization: 'Bearer a token of metrics' } })).status).toBe(
      200,
    );
    expect((await send('/api/metrics', { host })).status).toBe(401);
    const report = {
      'csp-report': {
        'document-uri': 'https://a.example/',
        'violated-directive': 'img-src',
        'blocked-uri': 'https://b.example/',
      },
    };
    expect((await send('/api/csp-report', { host, method: 'POST', body: report })).status).toBe(204);
    expect((await send('/api/csp-report', { host, method: 'OPTIONS' })).status).toBe(204);
    const callback = await send('/api/twilio/status/0199c1a0-0000-7000-8000-000000000000', {
      host,
      method: 'POST',
      body: {},
    });
    expect(callback.text).not.toContain('ALLOWED_HOSTS');
  });

  test('calls with a key, and a browser’s question whether it may send one', async () => {
    const host = 'honeyframe.internal';
    const headers = { authorization: `Bearer ${key}` };
    expect((await send('/api/connectors', { host, headers })).status).toBe(200);
    expect((await send('/api/connectors', { host, headers: { 'x-api-key': key } })).status).toBe(200);
    expect((await send('/api/trpc/connectors.list?input=%7B%7D', { host, headers })).status).toBe(200);
    const asked = { 'access-control-request-method': 'GET', 'access-control-request-headers': 'authorization' };
    expect((await send('/api/connectors', { host, method: 'OPTIONS', headers: asked })).status).not.toBe(403);
  });

  test('a key that is none never falls back to the cookie', async () => {
    const headers = { authorization: 'Bearer nothing', cookie };
    expect((await send('/api/connectors', { host: FOREIGN, headers })).status).toBe(401);
    expect((await send('/api/trpc/connectors.list?input=%7B%7D', { host: FOREIGN, headers })).status).toBe(401);
  });
});

test('a key call reaches loopback receivers by a name of this machine alone', async () => {
  const target_url = `http://127.0.0.1:${await closedPort()}/`;
  const check = async (host: string) => {
    const headers = {
      authorization: `Bearer ${key}`,
      'content-type': 'application/json',
      'x-forwarded-host': 'localhost',
    };
    const { text } = await send('/api/webhooks/check-url', { host, headers, method: 'POST', body: { target_url } });
    return JSON.parse(text).allowed;
  };
  expect(await check('localhost')).toBe(true);
  expect(await check('desk.lan')).toBe(false);
  expect(await check(FOREIGN)).toBe(false);
});

test('with TRUST_PROXY the host that the nearest proxy was asked for counts', async () => {
  const own = await makeDataDir();
  const before = port;
  const PORT = String(await closedPort());
  const behind = startConsole({ DATA_DIR: own, PORT, TRUST_PROXY: '1', PUBLIC_URL: 'https://webhooks.example.com' });
  try {
    await behind.ready();
    port = Number(PORT);
    const status = async (host: string, forwarded?: string) =>
      (await send('/sign-in', { host, headers: forwarded ? { 'x-forwarded-host': forwarded } : {} })).status;
    expect(await status('webhooks.example.com')).toBe(200);
    expect(await status('upstream:3000')).toBe(403);
    expect(await status('upstream:3000', 'webhooks.example.com')).toBe(200);
    expect(await status('upstream:3000', `${FOREIGN}, webhooks.example.com`)).toBe(200);
    expect(await status('localhost', FOREIGN)).toBe(403);
  } finally {
    port = before;
    await behind.stop();
    await removeDataDir(own);
  }
});
