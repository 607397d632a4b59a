import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { type HttpServer, listen } from '#platform/http/http-server.ts';
import type { OpenPlatform } from '#platform/open-platform.ts';
import { collectGarbage } from '#testing/collect-garbage.ts';
import { testListener } from '#testing/test-listener.ts';
import { createTestPlatform } from '#testing/test-platform.ts';
import { until } from '#testing/until.ts';

// Sixty thousand requests take their time on a busy machine.
vi.setConfig({ testTimeout: 120_000 });

const MEBIBYTE = 1024 * 1024;
const RATE_LIMIT = 100;
const REPORT = JSON.stringify({ 'csp-report': { 'effective-directive': 'img-src', 'blocked-uri': 'data' } });

let platform: OpenPlatform;
let http: HttpServer;
let dir: string;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'honeyframe-csp-'));
  platform = await createTestPlatform({ CSP_LOG_DIR: dir, CSP_RATE_LIMIT: String(RATE_LIMIT), TRUST_PROXY: '1' });
  http = await listen(
    { ...platform.config, host: '127.0.0.1', port: 0 },
    (_, response) => response.destroy(),
    platform.log,
  );
  http.answerWith(testListener(platform));
});

afterAll(async () => {
  await http.drain(1_000);
  await platform.close();
  await rm(dir, { recursive: true });
});

/** A connection, and the statuses that were answered on it. */
async function dial() {
  const socket = connect(Number(new URL(http.url).port), '127.0.0.1');
  onTestFinished(() => void socket.destroy());
  await once(socket, 'connect');
  let answers = '';
  socket.setEncoding('latin1').on('data', (text: string) => {
    answers += text;
  });
  return {
    socket,
    answers: () => answers,
    statuses: () => [...answers.matchAll(/^HTTP\/1\.1 (\d+)/gm)].map(([, status]) => Number(status)),
  };
}

const requestOf = (address: string, length: number, body: string) =>
  `POST /api/csp-report HTTP/1.1\r\nhost: x\r\nx-forwarded-for: ${address}\r\ncontent-length: ${length}\r\n\r\n${body}`;

/** One report, on a connection of its own. */
async function report(address: string): Promise<number | undefined> {
  const { socket, statuses } = await dial();
  socket.write(requestOf(address, REPORT.length, REPORT));
  await until('it is answered', () => statuses().length === 1);
  return statuses()[0];
}

const writeAll = (socket: Socket, text: string) => new Promise<void>((done) => socket.write(text, () => done()));

test('slow senders of large bodies make room for quick ones, oldest first, and memory has a bound', async () => {
  collectGarbage();
  const before = process.memoryUsage().arrayBuffers;
  const slow = await Promise.all(Array.from({ length: 96 }, dial));
  for (const { socket } of slow) await writeAll(socket, requestOf('192.0.2.1', MEBIBYTE, ' '.repeat(MEBIBYTE - 1)));
  const refused = () => slow.filter(({ statuses }) => statuses().length > 0);
  await until('the oldest are refused', () => refused().length >= 96 - 64);
  expect(await report('192.0.2.2')).toBe(204);
  await until('what is held of bodies has its bound', () => {
    collectGarbage();
    return process.memoryUsage().arrayBuffers - before < 80 * MEBIBYTE;
  });
  expect(refused().length).toBeLessThan(48);
  for (const { answers, statuses } of refused()) {
    expect(statuses()).toEqual([429]);
    expect(answers()).toMatch(/^retry-after: 5\r$/m);
    expect(answers()).toContain('"code":"RATE_LIMITED"');
  }
  const left = slow.filter(({ statuses }) => statuses().length === 0);
  for (const { socket } of left) socket.write(' ');
  await until('the others are read to their ends', () => left.every(({ statuses }) => statuses()[0] === 400));
  expect(await report('192.0.2.2')).toBe(204);
});

test("a flood of one provider's addresses is refused when memory has its fill, and nobody else is", async () => {
  expect(await report('198.51.100.7')).toBe(204);
  const { socket, answers } = await dial();
  const addresses = 60_000;
  for (let index = 0; index < addresses; index += 500) {
    const requests = Array.from({ length: 500 }, (_, more) =>
      requestOf(`2001:db8:${(index + more).toString(16)}::1`, REPORT.length, REPORT),
    );
    await writeAll(socket, requests.join(''));
  }
  const answered = () => answers().split('HTTP/1.1 ').length - 1;
  await until('all are answered', () => answered() === addresses, 100_000);
  expect(answers().split('HTTP/1.1 204').length - 1).toBeLessThan(50_000 + RATE_LIMIT);
  expect(await report('2001:db8:1:2:3::')).toBe(429);
  expect(await report('198.51.100.7')).toBe(204);
  expect(await report('203.0.113.9')).toBe(204);
});
