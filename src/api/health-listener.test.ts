import { createServer, type RequestListener } from 'node:http';
import pg from 'pg';
import { expect, onTestFinished, test } from 'vitest';
import { closedPort, portOf } from '#testing/receivers.ts';
import { createTestDatabase } from '#testing/test-database.ts';
import { answerHealth, answerWhileStarting } from './health-listener.ts';

async function serve(listener: RequestListener): Promise<(path: string, method?: string) => Promise<Response>> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return (path, method = 'GET') => fetch(`http://127.0.0.1:${portOf(server)}${path}`, { method });
}

const nextOne: RequestListener = (_, response) => void response.end('from Next');

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

test('with PostgreSQL there it is ready, and everything else is passed on', async () => {
  const { pool, close } = await createTestDatabase();
  const ask = await serve(answerHealth(pool, () => true, nextOne));
  const ready = await ask('/api/health/ready?verbose');
  expect([ready.status, await ready.json()]).toEqual([200, { status: 'ok' }]);
  expect((await ask('/api/health/live', 'HEAD')).status).toBe(200);
  expect(await (await ask('/connectors')).text()).toBe('from Next');
  expect(await (await ask('/api/health/ready', 'POST')).text()).toBe('from Next');
  await close();
});

test('a PostgreSQL that does not answer makes it not ready, and it lives on', async () => {
  const pool = new pg.Pool({ host: '127.0.0.1', port: await closedPort() });
  const ask = await serve(answerHealth(pool, () => true, nextOne));
  const ready = await ask('/api/health/ready');
  expect([ready.status, await ready.json()]).toEqual([503, expect.objectContaining({ code: 'UNAVAILABLE' })]);
  expect((await ask('/api/health/live')).status).toBe(200);
});

test('while the embedded PostgreSQL is started again, no request is passed on', async () => {
  const { pool, close } = await createTestDatabase();
  const ask = await serve(answerHealth(pool, () => false, nextOne));
  for (const path of ['/api/health/ready', '/api/connectors', '/connectors'])
    expect((await ask(path)).status).toBe(503);
  expect((await ask('/api/health/live')).status).toBe(200);
  await close();
});
