import { createConnection, createServer } from 'node:net';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { createLog } from '#platform/log-files/log.ts';
import { closedPort, portOf } from '#testing/receivers.ts';
import { createTestDatabase, type TestDatabase } from '#testing/test-database.ts';
import { checkDatabase } from './database.ts';
import { retryWhileDown } from './retry-while-down.ts';

let there: TestDatabase;
beforeAll(async () => {
  there = await createTestDatabase();
});
afterAll(() => there.close());

const log = createLog('silent');

/** A server that hangs up on the first connections, as one does that is still starting behind a proxy. */
async function startUnready(refused: number) {
  const { hostname, port } = new URL(there.connectionString);
  let seen = 0;
  const server = createServer((client) => {
    seen += 1;
    if (seen <= refused) {
      client.destroy();
      return;
    }
    const upstream = createConnection({ host: hostname, port: Number(port) });
    client.pipe(upstream).pipe(client);
    for (const socket of [client, upstream]) socket.on('error', () => {});
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const url = new URL(there.connectionString);
  url.port = String(portOf(server));
  return { url: url.href, seen: () => seen };
}

test('a first connection that fails is tried again within the start deadline', async () => {
  const unready = await startUnready(2);
  await retryWhileDown(log, () => checkDatabase(unready.url));
  expect(unready.seen()).toBe(3);
});

test('what cannot pass by itself ends the start at once: a wrong password, a database that is not there', async () => {
  const url = new URL(there.connectionString);
  url.password = 'wrong';
  let tries = 0;
  const start = (address: string) =>
    retryWhileDown(log, () => {
      tries += 1;
      return checkDatabase(address);
    });
  await expect(start(url.href)).rejects.toThrow('rejects the user');
  const other = new URL(there.connectionString);
  other.pathname = '/nowhere';
  await expect(start(other.href)).rejects.toThrow('has no database');
  expect(tries).toBe(2);
});

test('after the deadline the start fails with the last reason', async () => {
  let tries = 0;
  const port = await closedPort();
  const refused = retryWhileDown(
    log,
    () => {
      tries += 1;
      return checkDatabase(`postgresql://a:b@127.0.0.1:${port}/c`);
    },
    { startMs: 60_000, refusedMs: 500 },
  );
  await expect(refused).rejects.toThrow('cannot be reached');
  expect(tries).toBe(2);
});
