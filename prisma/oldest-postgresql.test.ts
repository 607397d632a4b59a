import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, chown, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SUPERUSER } from '#platform/embedded/cluster.ts';
import { addressOf } from '#platform/embedded/connection.ts';
import { endServer, type Postmaster } from '#platform/embedded/process.ts';
import { runServer } from '#platform/embedded/server.ts';
import { serverUser } from '#platform/embedded/user.ts';
import { checkDatabase, openDatabase } from '#platform/postgres/database.ts';
import { applyMigrations } from './migrate.ts';
import { schemaDifference } from './schema-difference.ts';

const execute = promisify(execFile);
/** Where Debian puts it. */
const PROGRAMS = '/usr/lib/postgresql/15/bin';
const LAYOUT = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

describe.skipIf(!existsSync(PROGRAMS))(`on PostgreSQL 15 (skipped: ${PROGRAMS} is not there)`, () => {
  let folder: string;
  let server: Postmaster;
  let connectionString: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'honeyframe-oldest-'));
    await chmod(folder, 0o755);
    const dataPath = join(folder, 'data');
    const user = await serverUser(dataPath);
    const passwordFile = join(folder, 'password');
    await mkdir(dataPath, { mode: 0o700 });
    await writeFile(passwordFile, 'secret', { mode: 0o644 });
    if ('uid' in user) await chown(dataPath, user.uid, user.gid);
    const options = ['-D', dataPath, '-U', SUPERUSER, '--pwfile', passwordFile, '-A', 'scram-sha-256', '-E', 'UTF8'];
    await execute(join(PROGRAMS, 'initdb'), [...options, '--no-locale', '--no-sync'], { ...user, cwd: '/' });
    const cluster = { homePath: folder, dataPath, password: 'secret' };
    const binaries = { initdb: join(PROGRAMS, 'initdb'), postgres: join(PROGRAMS, 'postgres'), majorVersion: 15 };
    ({ server } = await runServer({ cluster, binaries, user, durable: false }));
    connectionString = addressOf(cluster, server.port, 'postgres');
  });
  afterAll(async () => {
    await endServer(server, 'immediate');
    await rm(folder, { recursive: true, force: true });
  });

  test('the migrations give exactly what the schema files say', async () => {
    await checkDatabase(connectionString);
    await applyMigrations(connectionString);
    expect(await schemaDifference(connectionString)).toBe('');
  });

  test('our uuidv7() has the layout of RFC 9562, the time of now, and rises with the time', async () => {
    await applyMigrations(connectionString);
    const { pool, close } = openDatabase(connectionString);
    try {
      const { rows } = await pool.query<{ id: string; at: string }>(
        'SELECT uuidv7() AS id, clock_timestamp() AS at FROM generate_series(1, 2000)',
      );
      for (const { id, at } of rows) {
        expect(id).toMatch(LAYOUT);
        const milliseconds = Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16);
        expect(Math.abs(milliseconds - Date.parse(at))).toBeLessThan(1000);
      }
      expect(new Set(rows.map(({ id }) => id)).size).toBe(rows.length);
      const timeParts = rows.map(({ id }) => id.slice(0, 18));
      expect(timeParts).toEqual(timeParts.toSorted());
    } finally {
      await close();
    }
  });
});
