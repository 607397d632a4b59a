import { createServer } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#testing/test-database.ts';
import { until } from '#testing/until.ts';
import { checkDatabase } from './database.ts';
import { inTransaction } from './transaction.ts';

let testDatabase: TestDatabase;
beforeAll(async () => {
  testDatabase = await createTestDatabase();
});
afterAll(() => testDatabase.close());

function address(change: (url: URL) => void): string {
  const url = new URL(testDatabase.connectionString);
  change(url);
  return url.href;
}

async function complaint(connectionString: string): Promise<string> {
  const error = await checkDatabase(connectionString).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof Error)) throw new Error('The database was accepted.');
  expect(error.name).toBe('DatabaseError');
  expect(error.message).not.toContain('\n');
  expect(error.message).not.toContain(new URL(connectionString).password || 'no password given');
  return error.message;
}

/** A server of the wire protocol that lets everybody in and answers each query with one text (PostgreSQL, chapter 55). */
async function serverOfVersion(version: string) {
  const message = (type: string, body: Buffer) => {
    const head = Buffer.alloc(5);
    head.write(type);
    head.writeInt32BE(body.length + 4, 1);
    return Buffer.concat([head, body]);
  };
  const ready = message('Z', Buffer.from('I'));
  const welcome = Buffer.concat([message('R', Buffer.alloc(4)), ready]);
  const value = Buffer.alloc(6 + version.length);
  value.writeInt16BE(1);
  value.writeInt32BE(version.length, 2);
  value.write(version, 6);
  const column = Buffer.concat([
    Buffer.from('\0\x01server_version\0', 'latin1'),
    Buffer.alloc(6),
    Buffer.from([0, 0, 0, 25]),
    Buffer.alloc(8),
  ]);
  const answer = Buffer.concat([message('T', column), message('D', value), message('C', Buffer.from('SHOW\0')), ready]);
  const server = createServer((socket) => {
    socket.once('data', () => {
      socket.write(welcome);
      socket.on('data', (data) => data.toString('latin1', 0, 1) === 'Q' && socket.write(answer));
    });
    socket.on('error', () => {});
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const listening = server.address();
  const port = typeof listening === 'object' && listening ? listening.port : 0;
  return { url: `postgresql://a:hidden-word@127.0.0.1:${port}/a`, close: () => server.close() };
}

test('a database that can be used is accepted', async () => {
  await expect(checkDatabase(testDatabase.connectionString)).resolves.toBeUndefined();
});

test('a server that is not there is named with host and port', async () => {
  expect(await complaint('postgresql://a:hidden-word@127.0.0.1:1/a')).toMatch(
    /^The PostgreSQL at 127\.0\.0\.1:1 cannot be reached \(.*ECONNREFUSED.*\)\. Check that it is running/,
  );
});

test('a name that does not exist is named', async () => {
  expect(await complaint('postgresql://a:hidden-word@no-such-host.invalid/a')).toContain(
    'no-such-host.invalid:5432 cannot be',
  );
});

test('wrong credentials are named as such', async () => {
  expect(await complaint(address((url) => Object.assign(url, { password: 'hidden-word' })))).toContain(
    'rejects the user "honeyframe"',
  );
  expect(await complaint(address((url) => Object.assign(url, { password: '' })))).toContain(
    'requires a password, and DATABASE_URL contains none',
  );
});

test('a database that does not exist is named', async () => {
  expect(await complaint(address((url) => Object.assign(url, { pathname: '/nowhere' })))).toContain(
    'has no database "nowhere"',
  );
});

test('a server older than PostgreSQL 15 is refused with its version', async () => {
  const server = await serverOfVersion('14.22 (Debian 14.22-1)');
  try {
    expect(await complaint(server.url)).toMatch(
      /is version 14\.22 \(Debian 14\.22-1\), but the console requires 15 or newer\.$/,
    );
  } finally {
    server.close();
  }
});

test('connections that the server ends, idle or in use, are replaced', async () => {
  const { pool, database } = testDatabase;
  const busy = await pool.connect();
  const lost = new Promise<void>((resolve) => busy.once('end', () => resolve()));
  await database.user.count();
  await pool.query(
    'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()',
  );
  await lost;
  busy.release(true);
  await until('Prisma works again', async () => (await database.user.count()) === 0);
  expect((await pool.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
});

test('a transaction that throws changes nothing, and one that returns is committed', async () => {
  const { database } = testDatabase;
  const organization = (slug: string) => ({ data: { name: slug, slug } });
  await expect(
    inTransaction(database, async (transaction) => {
      await transaction.organization.create(organization('thrown'));
      throw new Error('no');
    }),
  ).rejects.toThrow('no');
  await inTransaction(database, (transaction) => transaction.organization.create(organization('returned')));
  expect(await database.organization.findMany({ select: { slug: true } })).toEqual([{ slug: 'returned' }]);
});
