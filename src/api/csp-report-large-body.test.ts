import { mkdtemp, rm } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type HttpServer, listen } from '#platform/http/http-server.ts';
import type { OpenPlatform } from '#platform/open-platform.ts';
import { readLogFiles } from '#testing/log-files.ts';
import { testListener } from '#testing/test-listener.ts';
import { createTestPlatform } from '#testing/test-platform.ts';
import { until } from '#testing/until.ts';

const REPORTS = 6_000;

let platform: OpenPlatform;
let http: HttpServer;
let dir: string;
/** Behind it stands the socket's own address. */
const clientOf = ({ headers }: IncomingMessage) => String(headers['x-forwarded-for']).split(',')[0] ?? '';
/** Called once a request's body is whole, before anything is made of it. */
let onWhole = (_client: string) => {};

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'honeyframe-csp-'));
  platform = await createTestPlatform({ CSP_LOG_DIR: dir, TRUST_PROXY: '1', CSP_RATE_LIMIT: '1000000' });
  http = await listen(
    { ...platform.config, host: '127.0.0.1', port: 0 },
    (_, response) => response.destroy(),
    platform.log,
  );
  const hot = testListener(platform, { pages: (_, response) => response.end('up') });
  http.answerWith((request, response) => {
    request.on('end', () => onWhole(clientOf(request)));
    hot(request, response);
  });
});

afterAll(async () => {
  await http.drain(1_000);
  await platform.close();
  await rm(dir, { recursive: true });
});

/** A connection that notes the status of each answer under its name. */
async function dial(name: string, said: string[]) {
  const socket = connect(Number(new URL(http.url).port), '127.0.0.1');
  await new Promise((resolve) => socket.once('connect', resolve));
  socket.setEncoding('utf8').on('data', (text) => {
    for (const [, status] of String(text).matchAll(/HTTP\/1\.1 (\d+)/g)) said.push(`${name} ${status}`);
  });
  return socket;
}

/** A body of reports of which no two are alike. @param host which no other body names. */
const bodyOf = (host: string, reports: number): string =>
  JSON.stringify(
    Array.from({ length: reports }, (_, n) => ({ 'csp-report': { 'blocked-uri': `https://${n}.${host}/` } })),
  );

const post = (client: string, body: string): string =>
  `POST /api/csp-report HTTP/1.1\r\nHost: localhost\r\nX-Forwarded-For: ${client}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;

const health = 'GET /api/health/live HTTP/1.1\r\nHost: localhost\r\n\r\n';

const linesOf = (host: string) => readLogFiles(dir).filter(({ csp }) => String(csp?.blocked_host).endsWith(`.${host}`));

test('a health request that is sent after a body of thousands of reports is answered before it', async () => {
  const said: string[] = [];
  const [reports, other] = await Promise.all([dial('reports', said), dial('health', said)]);
  onWhole = (client) => client === '203.0.113.1' && other.write(health);
  reports.write(post('203.0.113.1', bodyOf('first.example', REPORTS)));
  await until('both are answered', () => said.length === 2);
  expect(said).toEqual(['health 200', 'reports 204']);
  await platform.cspLog.flush();
  expect(linesOf('first.example')).toHaveLength(REPORTS);
});

test('while a large body is worked on, small ones are taken, another large one waits, and a second of one client is refused', async () => {
  const said: string[] = [];
  const names = ['large', 'small', 'next', 'second'];
  const [large, small, next, second] = await Promise.all(names.map((name) => dial(name, said)));
  onWhole = (client) => {
    if (client !== '203.0.113.2') return;
    onWhole = () => {};
    small?.write(post('203.0.113.2', bodyOf('small.example', 5)));
    next?.write(post('198.51.100.1', bodyOf('next.example', 400)));
    second?.write(post('203.0.113.2', bodyOf('second.example', 400)));
  };
  large?.write(post('203.0.113.2', bodyOf('large.example', REPORTS)));
  await until('all are answered', () => said.length === 4);
  expect(said.slice(0, 2).toSorted()).toEqual(['second 429', 'small 204']);
  expect(said.slice(2)).toEqual(['large 204', 'next 204']);
  await platform.cspLog.flush();
  expect(['large', 'next', 'second', 'small'].map((name) => linesOf(`${name}.example`).length)).toEqual([
    REPORTS,
    400,
    0,
    5,
  ]);
});

test('reports of a large body whose sender hangs up are logged all the same', async () => {
  const reports = await dial('gone', []);
  onWhole = () => reports.destroy();
  reports.write(post('203.0.113.3', bodyOf('gone.example', 500)));
  await until('they are logged', async () => {
    await platform.cspLog.flush();
    return linesOf('gone.example').length === 500;
  });
  onWhole = () => {};
});
