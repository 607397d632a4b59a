import { once } from 'node:events';
import { Agent, type RequestListener, request } from 'node:http';
import { expect, onTestFinished, test } from 'vitest';
import { createLog } from '#platform/log-files/log.ts';
import { until } from '#testing/until.ts';
import { loadConfig } from '../config.ts';
import { type HttpServer, ListenError, listen } from './http-server.ts';

async function listenForTest(first: RequestListener, env: Record<string, string> = {}): Promise<HttpServer> {
  const http = await listen(loadConfig({ PORT: '0', ...env }), first, createLog('silent'));
  onTestFinished(() => http.drain(0));
  return http;
}

const echo: RequestListener = (incoming, response) => void response.end(String(incoming.headers['x-forwarded-for']));

test('the last forwarding address is always the peer of our own socket', async () => {
  const { url } = await listenForTest(echo);
  expect(await (await fetch(url)).text()).toBe('127.0.0.1');
  const headers = { 'x-forwarded-for': '203.0.113.9' };
  expect(await (await fetch(url, { headers })).text()).toBe('203.0.113.9, 127.0.0.1');
});

test('a port that is taken is reported in one line', async () => {
  const { url } = await listenForTest(echo);
  const { port } = new URL(url);
  await expect(listen(loadConfig({ PORT: port }), echo, createLog('silent'))).rejects.toThrow(
    new ListenError(
      `Port ${port} on 127.0.0.1 is already in use. Stop the program that is using it, or set PORT to a free port.`,
    ),
  );
});

test.each([
  [{}, /^http:\/\/127\.0\.0\.1:\d+$/],
  [{ HOST: '::1' }, /^http:\/\/\[::1\]:\d+$/],
  [{ HOST: '0.0.0.0' }, /^http:\/\/localhost:\d+$/],
  [{ PUBLIC_URL: 'https://desk.example.com' }, /^https:\/\/desk\.example\.com$/],
])('with %j people open %s', async (env, expected) => {
  expect((await listenForTest(echo, env)).url).toMatch(expected);
});

test('requests go to the listener of the moment', async () => {
  const http = await listenForTest((_, response) => void response.end('first'));
  expect(await (await fetch(http.url)).text()).toBe('first');
  http.answerWith((_, response) => void response.end('second'));
  expect(await (await fetch(http.url)).text()).toBe('second');
});

test('the end waits for a request in progress, and not for connections that are kept alive', async () => {
  const { promise: held, resolve: release } = Promise.withResolvers<void>();
  const arrived: string[] = [];
  const http = await listenForTest((incoming, response) => {
    arrived.push(incoming.url ?? '');
    void (incoming.url === '/slow' ? held : Promise.resolve()).then(() => response.end('done'));
  });
  const agent = new Agent({ keepAlive: true });
  onTestFinished(() => agent.destroy());
  const get = async (path: string) => {
    const [response] = await once(request(`${http.url}${path}`, { agent }).end(), 'response');
    let text = '';
    for await (const chunk of response) text += chunk;
    return text;
  };
  await get('/quick');
  const slow = get('/slow');
  await until('the slow request is in progress', () => arrived.includes('/slow'));
  let drained = false;
  const drain = async () => {
    await http.drain(60_000);
    drained = true;
  };
  const draining = drain();
  await until('new connections are refused', () =>
    fetch(http.url).then(
      () => false,
      () => true,
    ),
  );
  expect(drained).toBe(false);
  release();
  expect(await slow).toBe('done');
  await draining;
});

test('a request that takes longer than the patience is hung up on', async () => {
  const http = await listenForTest(() => {});
  const never = fetch(http.url).then(
    () => 'answered',
    () => 'hung up',
  );
  await until(
    'the request is in progress',
    () => new Promise<boolean>((resolve) => http.server.getConnections((_, count) => resolve(count > 0))),
  );
  await http.drain(50);
  expect(await never).toBe('hung up');
});
