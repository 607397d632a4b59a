import { execFile } from 'node:child_process';
import { chmod, cp, mkdir, mkdtemp, readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createLog } from '#platform/log-files/log.ts';
import { type EmbeddedPostgres, startEmbeddedPostgres } from './embedded-postgres.ts';

const execute = promisify(execFile);
const isRoot = process.getuid?.() === 0;

/** A data folder goes into `closed`, which other users cannot enter, or into `open`. */
let closed: string;
let open: string;
let outsideDir: string;
let running: EmbeddedPostgres[] = [];
beforeEach(async () => {
  [closed = '', open = '', outsideDir = ''] = await Promise.all(
    ['closed', 'open', 'outside'].map((name) => mkdtemp(join(tmpdir(), `honeyframe-${name}-`))),
  );
  await chmod(open, 0o755);
  await chmod(outsideDir, 0o755);
});
afterEach(async () => {
  for (const one of running) await one.stop();
  running = [];
  for (const folder of [closed, open, outsideDir]) await rm(folder, { recursive: true, force: true });
});

async function start(dataDir: string): Promise<EmbeddedPostgres> {
  const log = createLog('silent');
  const started = await startEmbeddedPostgres({ dataDir, outsideDir, log, purpose: 'console', durable: false });
  running.push(started);
  return started;
}

async function stop(one: EmbeddedPostgres): Promise<void> {
  running = running.filter((other) => other !== one);
  await one.stop();
}

async function ask(one: EmbeddedPostgres, statement: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: one.connectionString });
  await client.connect();
  try {
    return (await client.query(statement)).rows;
  } finally {
    await client.end();
  }
}

/** Starts once, writes something, and stops. */
async function fill(dataDir: string, what: string): Promise<void> {
  const one = await start(dataDir);
  await ask(one, `create table kept as select '${what}' as what`);
  await stop(one);
}

/** What a start on the folder finds there. */
async function found(dataDir: string): Promise<unknown[]> {
  const one = await start(dataDir);
  const rows = await ask(one, 'select what from kept').catch(() => []);
  await stop(one);
  return rows;
}

const outside = async () => (await readdir(outsideDir)).filter((name) => name.startsWith('data-')).toSorted();

describe.skipIf(!isRoot)('where PostgreSQL cannot enter the data folder (skipped: this does not run as root)', () => {
  test('a data folder that was moved has its database still, after a start on a new folder of its old name too', async () => {
    await fill(join(closed, 'var'), 'the first');
    await rename(join(closed, 'var'), join(closed, 'moved'));
    expect(await found(join(closed, 'var'))).toEqual([]);
    expect(await found(join(closed, 'var'))).toEqual([]);
    expect(await outside()).toHaveLength(2);
    expect(await found(join(closed, 'moved'))).toEqual([{ what: 'the first' }]);
    // And again, at its new place.
    expect(await found(join(closed, 'moved'))).toEqual([{ what: 'the first' }]);
    expect(await outside()).toHaveLength(2);
  });

  test('a data folder that came without its database does not start, says where that was, and is left as it is', async () => {
    await fill(join(closed, 'var'), 'the first');
    const [name = ''] = await outside();
    await rename(join(outsideDir, name), join(open, 'elsewhere'));
    const before = await readdir(join(closed, 'var'));
    await expect(start(join(closed, 'var'))).rejects.toThrow(
      new RegExp(
        `^The database of the data folder .*/var is missing: .* points to ${join(outsideDir, name)}, .*Put it back`,
      ),
    );
    expect(await readdir(join(closed, 'var'))).toEqual(before);
    expect(await outside()).toEqual([]);
    // Copied without the link, it is known by its id.
    await rm(join(closed, 'var', 'postgres'));
    await expect(start(join(closed, 'var'))).rejects.toThrow(/is missing: it belongs to the database \d+/);
    // As the message says: put back, it starts.
    await rename(join(open, 'elsewhere'), join(outsideDir, name));
    await symlink(join(outsideDir, name), join(closed, 'var', 'postgres'));
    expect(await found(join(closed, 'var'))).toEqual([{ what: 'the first' }]);
  });

  test('of a data folder and its copy, which point to one database, only the first starts', async () => {
    await fill(join(closed, 'var'), 'the first');
    await cp(join(closed, 'var'), join(closed, 'copy'), { recursive: true, verbatimSymlinks: true });
    await expect(start(join(closed, 'copy'))).rejects.toThrow(/is a copy of .*\/var, and both point to one database/);
    expect(await found(join(closed, 'var'))).toEqual([{ what: 'the first' }]);
    await rm(join(closed, 'var'), { recursive: true });
    expect(await found(join(closed, 'copy'))).toEqual([{ what: 'the first' }]);
  });

  test('a first start that was killed before it linked its database is cleared away, and one that was linked never is', async () => {
    const dataDir = join(closed, 'var');
    const [dead, linked] = ['data-999999999-dead', 'data-999999999-live'];
    for (const name of [dead, linked]) {
      await mkdir(join(outsideDir, name));
      await writeFile(join(outsideDir, name, 'data-dir'), dataDir);
    }
    await writeFile(join(outsideDir, linked, 'linked'), '');
    expect(await found(dataDir)).toEqual([]);
    expect(await outside()).toHaveLength(2);
    expect(await outside()).toContain(linked);
  });

  test('a full disk at the first start is told as what it is, and leaves nothing', async ({ skip }) => {
    const small = join(open, 'small');
    await mkdir(small);
    const isMounted = await execute('mount', ['-t', 'tmpfs', '-o', 'size=12m', 'tmpfs', small]).then(
      () => true,
      () => false,
    );
    if (!isMounted) skip('needs the right to mount a small disk');
    try {
      await chmod(small, 0o755);
      await expect(start(join(small, 'var'))).rejects.toThrow(
        /^The disk of .* is full, and PostgreSQL cannot write there: make space/,
      );
      expect(await readdir(join(small, 'var'))).toEqual([]);
    } finally {
      await execute('umount', [small]);
    }
  });
});

test('a data folder whose database was put in from another one does not start, and says which is which', async () => {
  await fill(join(open, 'one'), 'one');
  await fill(join(open, 'two'), 'two');
  await rename(join(open, 'one', 'postgres'), join(open, 'aside'));
  await execute('cp', ['-a', join(open, 'two', 'postgres'), join(open, 'one', 'postgres')]);
  const id = (await readFile(join(open, 'one', 'database-id'), 'utf8')).trim();
  await expect(start(join(open, 'one'))).rejects.toThrow(`belongs to the database ${id}, but`);
  await rm(join(open, 'one', 'postgres'), { recursive: true });
  await rename(join(open, 'aside'), join(open, 'one', 'postgres'));
  expect(await found(join(open, 'one'))).toEqual([{ what: 'one' }]);
});

test('a folder that holds something else in place of the database is not deleted', async () => {
  const dataDir = join(open, 'var');
  await mkdir(join(dataDir, 'postgres', 'data'), { recursive: true });
  await writeFile(join(dataDir, 'postgres', 'data', 'base'), 'half a backup');
  await expect(start(dataDir)).rejects.toThrow('holds no database');
  expect(await readFile(join(dataDir, 'postgres', 'data', 'base'), 'utf8')).toBe('half a backup');
});

test('of a data folder that was copied whole while it was stopped, both start at once, each with a database of its own', async () => {
  await fill(join(open, 'var'), 'the first');
  await execute('cp', ['-a', join(open, 'var'), join(open, 'copy')]);
  const one = await start(join(open, 'var'));
  const other = await start(`${join(open, 'copy')}/`);
  expect(other).toMatchObject({ adopted: false, dataPath: join(open, 'copy', 'postgres', 'data') });
  expect(other.connectionString).not.toBe(one.connectionString);
  await ask(other, `insert into kept values ('the copy')`);
  expect(await ask(one, 'select what from kept')).toEqual([{ what: 'the first' }]);
  expect(await ask(other, 'select what from kept')).toEqual([{ what: 'the first' }, { what: 'the copy' }]);
});

test('a copy that was made while the console ran does not take over its server', async () => {
  const one = await start(join(open, 'var'));
  await ask(one, `create table kept as select 'the first' as what`);
  await ask(one, 'checkpoint');
  await execute('cp', ['-a', join(open, 'var'), join(open, 'copy')]);
  const other = await start(join(open, 'copy'));
  expect(other).toMatchObject({ adopted: false, dataPath: join(open, 'copy', 'postgres', 'data') });
  expect(other.connectionString).not.toBe(one.connectionString);
});

test('a data folder is the same through a link to it', async () => {
  await fill(join(open, 'var'), 'the first');
  await symlink(join(open, 'var'), join(open, 'link'));
  expect(await found(join(open, 'link'))).toEqual([{ what: 'the first' }]);
  expect(await found(join(open, 'var'))).toEqual([{ what: 'the first' }]);
});

test('a data folder that is renamed while its console runs is not opened by a second one, which finds the server there', async () => {
  const dataDir = join(open, 'var');
  const first = await start(dataDir);
  await ask(first, "create table kept as select 'the first' as what");
  await rename(dataDir, join(open, 'renamed'));
  await expect(start(join(open, 'renamed'))).rejects.toThrow('is in use by another console');
  expect(await readdir(join(open, 'renamed', 'postgres', 'data'))).toContain('postmaster.pid');
  // What is at the old path now is another folder, with a database of its own.
  const other = await start(dataDir);
  await ask(first, "insert into kept values ('goes on')");
  expect(await ask(other, "select to_regclass('kept') as kept")).toEqual([{ kept: null }]);
  await stop(other);
  await stop(first);
  expect(await found(join(open, 'renamed'))).toHaveLength(2);
});
