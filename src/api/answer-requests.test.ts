import { once } from 'node:events';
import { createServer, type RequestListener, request } from 'node:http';
import { connect } from 'node:net';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { type HttpServer, listen } from '#platform/http/http-server.ts';
import type { OpenPlatform } from '#platform/open-platform.ts';
import { closedPort, portOf } from '#testing/receivers.ts';
import { testListener } from '#testing/test-listener.ts';
import {
  createTestApiKey,
  createTestOrganization,
  createTestPlatform,
  createTestUser,
} from '#testing/test-platform.ts';
import { until } from '#testing/until.ts';
import { answerWhileStarting } from './while-unavailable.ts';

const MEBIBYTE = 1024 * 1024;

let platform: OpenPlatform;
let http: HttpServer;
let key: string;
let user: Awaited<ReturnType<typeof createTestUser>>;

beforeAll(async () => {
  platform = await createTestPlatform();
  const organization = await createTestOrganization(platform);
  key = await createTestApiKey(organization.scope(), ['read', 'publish']);
  user = await createTestUser(platform, organization, 'owner');
  http = await listen({ ...platform.config, host: '127.0.0.1', port: 0 }, testListener(platform), platform.log);
});
afterAll(async () => {
  await http.drain(1_000);
  await platform.close();
});

async function serve(listener: RequestListener): Promise<(path: string, method?: string) => Promise<Response>> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return (path, method = 'GET') => fetch(`http://127.0.0.1:${portOf(server)}${path}`, { method });
}

/**
 * A plain connection, and what came over it.
 * @param allowHalfOpen whether it goes on sending once the server has ended its side.
 */
async function dial(allowHalfOpen = false) {
  const socket = connect({ port: Number(new URL(http.url).port), host: '127.0.0.1', allowHalfOpen });
  const seen = { text: '', isClosed: false };
  socket.setEncoding('latin1').on('data', (text: string) => {
    seen.text += text;
  });
  socket.on('error', () => {});
  socket.once('close', () => {
    seen.isClosed = true;
  });
  await once(socket, 'connect');
  return { socket, seen };
}

const head = (line: string, ...headers: string[]) =>
  `${[`${line} HTTP/1.1`, 'Host: localhost', ...headers].join('\r\n')}\r\n\r\n`;
const withKey = () => `Authorization: Bearer ${key}`;

test('before the console is ready it lives, is not ready, and asks everybody to come again', async () => {
  const ask = await serve(answerWhileStarting);
  expect((await ask('/api/health/live')).status).toBe(200);
  for (const path of ['/api/health/ready', '/api/connectors']) {
    const answer = await ask(path);
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '2']);
    expect(await answer.json()).toEqual({ code: 'UNAVAILABLE', message: expect.any(String), issues: [] });
  }
  const page = await ask('/connectors');
  expect([page.status, page.headers.get('refresh')]).toEqual([503, '2']);
});

test('with PostgreSQL there it is ready, the API is answered here, and pages by Next', async () => {
  const ask = await serve(testListener(platform));
  const ready = await ask('/api/health/ready?verbose');
  expect([ready.status, await ready.json()]).toEqual([200, { status: 'ok' }]);
  expect((await ask('/api/health/live', 'HEAD')).status).toBe(200);
  expect((await ask('/api/health/ready', 'POST')).status).toBe(405);
  for (const path of ['/connectors', '/favicon.svg', '/apidocs'])
    expect(await (await ask(path)).text()).toBe('from Next');
  for (const path of ['/api', '/api/', '/api/nowhere', '/api/trpc', '/api/auth', '/api/csp-reports']) {
    const answer = await ask(path);
    expect([path, answer.status, (await answer.json()).code]).toEqual([path, 404, 'NOT_FOUND']);
  }
});

test('a PostgreSQL that does not answer makes it not ready, and it lives on', async () => {
  const pool = new pg.Pool({ host: '127.0.0.1', port: await closedPort() });
  const ask = await serve(testListener({ ...platform, pool, keep: (_, make) => make() }));
  const ready = await ask('/api/health/ready');
  expect([ready.status, await ready.json()]).toEqual([503, expect.objectContaining({ code: 'UNAVAILABLE' })]);
  expect((await ask('/api/health/live')).status).toBe(200);
});

test('while the embedded PostgreSQL is started again, nothing that needs it is asked', async () => {
  const own = await createTestPlatform();
  onTestFinished(() => own.close());
  const ask = await serve(testListener(own, { isUp: () => false }));
  for (const path of ['/api/health/ready', '/api/connectors', '/api/docs', '/connectors', '/favicon.svg'])
    expect([path, (await ask(path)).status]).toEqual([path, 503]);
  expect((await ask('/api/health/live')).status).toBe(200);
  expect((await ask('/api/csp-report', 'OPTIONS')).status).toBe(204);
});

describe('the bridge to Fetch', () => {
  test('answers one request after the other on a connection, with a reason phrase', async () => {
    const { socket, seen } = await dial();
    socket.write(head('GET /api/health/live') + head('HEAD /api/health/ready') + head('GET /api/nowhere'));
    await until(
      'three answers',
      () => (seen.text.match(/HTTP\/1\.1 /g) ?? []).length === 3 && seen.text.includes('NOT_FOUND'),
    );
    expect(seen.text.match(/HTTP\/1\.1 .*(?=\r)/g)).toEqual([
      'HTTP/1.1 200 OK',
      'HTTP/1.1 200 OK',
      'HTTP/1.1 404 Not Found',
    ]);
    expect(seen.isClosed).toBe(false);
    socket.destroy();
  });

  test('sends every cookie in a header of its own', async () => {
    const answer = await fetch(`${http.url}/api/auth/sign-in/email`, {
      method: 'POST',
      headers: { origin: http.url, 'content-type': 'application/json' },
      body: JSON.stringify({ email: user.email, password: user.password }),
    });
    expect(answer.status).toBe(200);
    expect(answer.headers.getSetCookie().map((cookie) => cookie.split('=', 1)[0])).toHaveLength(2);
  });

  test('compresses for a client that takes it, but no event stream', async () => {
    const document = await fetch(`${http.url}/api/openapi.json`);
    expect(document.headers.get('content-encoding')).toMatch(/^(br|gzip)$/);
    expect(document.headers.get('vary')).toContain('Accept-Encoding');
    expect(await document.json()).toMatchObject({ openapi: expect.any(String) });
    const plain = await fetch(`${http.url}/api/openapi.json`, { headers: { 'accept-encoding': 'identity' } });
    expect([plain.status, plain.headers.get('content-encoding')]).toEqual([200, null]);
    const client = new AbortController();
    const stream = await fetch(`${http.url}/api/trpc/csp.tail?input={}`, {
      headers: { 'x-api-key': key },
      signal: client.signal,
    });
    expect(stream.headers.get('content-encoding')).toBeNull();
    client.abort();
  });

  test('asks a client that waits for it to go on with its body', async () => {
    const { socket, seen } = await dial();
    const body = JSON.stringify({ event_type: 'dataset.updated', data: { dataset_id: 'd1' } });
    socket.write(head('POST /api/events', withKey(), 'Expect: 100-continue', `Content-Length: ${body.length}`));
    await until('it may go on', () => seen.text.startsWith('HTTP/1.1 100 Continue'));
    socket.write(body);
    await until('it is taken', () => seen.text.includes('HTTP/1.1 202 Accepted'));
    socket.destroy();
  });

  test('refuses a body that is too large without reading it, and closes the connection', async () => {
    const { socket, seen } = await dial();
    socket.write(head('POST /api/events', withKey(), `Content-Length: ${1024 * MEBIBYTE}`));
    await until('it is refused', () => seen.isClosed);
    expect(seen.text).toMatch(/^HTTP\/1\.1 413 Payload Too Large\r\n/);
    expect(seen.text).toMatch(/\r\nconnection: close\r\n/i);
    expect(seen.text).toContain('"code":"PAYLOAD_TOO_LARGE"');
  });

  test('does nothing of what comes after a body that was refused', async () => {
    const before = await platform.database.event.count();
    const body = JSON.stringify({ event_type: 'dataset.updated', data: { dataset_id: 'd1' } });
    const publish = (size: number) => head('POST /api/events', withKey(), `Content-Length: ${size}`);
    const { socket, seen } = await dial(true);
    socket.write(publish(2 * MEBIBYTE));
    await until('it is refused', () => seen.text.includes('PAYLOAD_TOO_LARGE'));
    socket.write('x'.repeat(2 * MEBIBYTE) + publish(body.length) + body);
    await until('it is closed', () => {
      socket.write('\r\n');
      return seen.isClosed;
    });
    const next = await fetch(`${http.url}/api/events`, { method: 'POST', headers: { 'x-api-key': key }, body });
    expect([next.status, seen.text.match(/HTTP\/1\.1 /g)?.length]).toEqual([202, 1]);
    expect(await platform.database.event.count()).toBe(before + 1);
  });

  test('refuses a body of unknown length as soon as it is too large', async () => {
    const { socket, seen } = await dial();
    socket.write(head('POST /api/connectors', withKey(), 'Transfer-Encoding: chunked'));
    const piece = `${(64 * 1024).toString(16)}\r\n${'x'.repeat(64 * 1024)}\r\n`;
    for (let sent = 0; sent < 64 && !seen.isClosed; sent += 1) socket.write(piece);
    await until('it is refused', () => seen.isClosed);
    expect(seen.text).toContain('PAYLOAD_TOO_LARGE');
  });
});

test('a host that is empty, or that a proxy made up, is refused or answered by the rules of every other', async () => {
  const trusting = { ...platform, config: { ...platform.config, trustProxyHops: 1 } };
  const own = await listen({ ...platform.config, host: '127.0.0.1', port: 0 }, testListener(trusting), platform.log);
  const ask = (headers: Record<string, string>, path = '/api/connectors') =>
    new Promise<number | undefined>((resolve, reject) => {
      const { port } = new URL(own.url);
      request({ host: '127.0.0.1', port, path, headers, setHost: false }, (answer) => {
        answer.resume();
        resolve(answer.statusCode);
      })
        .on('error', reject)
        .end();
    });
  expect(await ask({ host: '' }, '/api/health/live')).toBe(200);
  expect(await ask({ host: '' })).toBe(403);
  expect(await ask({ host: '', 'x-api-key': key })).toBe(200);
  for (const made of ['a b', 'localhost/x', '[', 'x@localhost'])
    expect(await ask({ host: 'localhost', 'x-forwarded-host': made, 'x-api-key': key })).toBe(400);
  expect(await ask({ host: 'localhost', 'x-forwarded-host': 'desk.example', 'x-api-key': key })).toBe(200);
  await own.drain(1_000);
});

test('a client that leaves in the middle of its body is no failure of ours, and nothing is stored', async () => {
  const failures: unknown[] = [];
  const listener = testListener({ ...platform, failures: { note: (error) => void failures.push(error) } });
  const own = await listen({ ...platform.config, host: '127.0.0.1', port: 0 }, listener, platform.log);
  const events = () => platform.database.event.count();
  const before = await events();
  const socket = connect(Number(new URL(own.url).port), '127.0.0.1');
  await once(socket, 'connect');
  socket.write(`${head('POST /api/events', withKey(), 'Content-Length: 1000')}{"event_type":`);
  expect((await fetch(`${own.url}/api/connectors`, { headers: { 'x-api-key': key } })).status).toBe(200);
  socket.destroy();
  await own.drain(30_000);
  expect([failures, await events()]).toEqual([[], before]);
});

test('event streams end when the console does, and other answers go on', async () => {
  const ending = new AbortController();
  const own = await listen(
    { ...platform.config, host: '127.0.0.1', port: 0 },
    testListener(platform, { ending: ending.signal }),
    platform.log,
  );
  const stream = await fetch(`${own.url}/api/trpc/csp.tail?input={}`, { headers: { 'x-api-key': key } });
  expect(stream.headers.get('content-type')).toBe('text/event-stream');
  const reader = stream.body?.getReader();
  await reader?.read();
  ending.abort();
  const draining = own.drain(30_000);
  await expect(
    (async () => {
      while (!(await reader?.read())?.done);
    })(),
  ).rejects.toThrow();
  await draining;
});
