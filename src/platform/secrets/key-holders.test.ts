import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import pino from 'pino';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { keyId } from '#core/signing/sealed-text.ts';
import { createTestDatabase, type TestDatabase } from '#testing/test-database.ts';
import { until } from '#testing/until.ts';
import { ConfigError, loadConfig } from '../config.ts';
import { holdKeys, type KeyHold, runningProcesses } from './key-holders.ts';
import { openKeyring } from './keyring.ts';
import { openSecrets, rotateSecrets } from './secrets.ts';

const [A, B] = [randomBytes(32), randomBytes(32)];
const OTHER = keyId(randomBytes(32));
const actor = { type: 'system', id: 'test', name: 'A test' } as const;

let storage: TestDatabase;
let hold: KeyHold | undefined;
const lines: { level: number; msg: string }[] = [];
const errors = () => lines.filter(({ level }) => level === 50);

beforeAll(async () => {
  storage = await createTestDatabase();
  await open(A);
});
beforeEach(async () => {
  lines.length = 0;
  await storage.pool.query('delete from console_process');
  await useKeys(keyId(A), null);
});
afterEach(async () => {
  await hold?.stop();
  hold = undefined;
});
afterAll(() => storage.close());

async function open(key: Buffer, previous?: Buffer) {
  const config = loadConfig({
    HONEYFRAME_SECRET: key.toString('base64'),
    ...(previous && { HONEYFRAME_SECRET_PREVIOUS: previous.toString('base64') }),
  });
  const log = pino({ level: 'warn' }, { write: (line: string) => void lines.push(JSON.parse(line)) });
  return {
    config,
    log,
    database: storage.database,
    secrets: await openSecrets(await openKeyring(config), storage.database),
  };
}

const start = async (key = A) => {
  hold = await holdKeys(await open(key), { beatMs: 20 });
  return hold;
};
const useKeys = (active: string, previous: string | null) =>
  storage.pool.query('update installation set active_key_id = $1, previous_key_id = $2', [active, previous]);
const sayings = async () => (await storage.pool.query('select * from console_process order by id')).rows;

/** Waits for a whole beat from now on: it ends with the removal of what is a day old. */
async function beat(): Promise<void> {
  await storage.pool.query(
    `insert into console_process (role, host, pid, key_ids, seen_at)
      values ('worker', 'gone', 1, '{}', now() - interval '25 hours')`,
  );
  const gone = `select from console_process where host = 'gone'`;
  await until('a beat', async () => (await storage.pool.query(gone)).rowCount === 0);
}

describe('a process that runs', () => {
  test('says so with its keys, repeats it, and is gone when it stops', async () => {
    const holding = await start();
    const [said] = await sayings();
    expect(said).toMatchObject({
      role: 'all',
      host: hostname(),
      pid: process.pid,
      key_ids: [keyId(A)],
      key_file: null,
    });
    await until('it says so again', async () => (await sayings())[0].seen_at > said.seen_at);
    expect(await sayings()).toHaveLength(1);
    expect(holding.problem()).toBeNull();
    await holding.stop();
    expect(await sayings()).toEqual([]);
    expect(lines).toEqual([]);
  });

  test('removes what processes that ended a day ago have said, and only that', async () => {
    await start();
    await storage.pool.query(
      `insert into console_process (role, host, pid, key_ids, seen_at)
        values ('worker', 'recent', 1, '{}', now() - interval '23 hours')`,
    );
    await beat();
    expect(new Set((await sayings()).map(({ host }) => host))).toEqual(new Set(['recent', hostname()]));
  });

  test('says so anew after what it said was removed', async () => {
    await start();
    const [{ id }] = await sayings();
    await storage.pool.query('delete from console_process');
    const again = await until('it says so', async () => (await sayings())[0]);
    expect(again).toMatchObject({ pid: process.pid, key_ids: [keyId(A)] });
    expect(again.id).not.toBe(id);
  });

  test('reports a key that it lacks once, and is ready again when it has the key in use', async () => {
    const holding = await start();
    await useKeys(OTHER, null);
    expect(await until('it is noticed', () => holding.problem())).toContain(
      `does not have the key in use (fingerprint ${OTHER})`,
    );
    await beat();
    await beat();
    expect(errors().map(({ msg }) => msg)).toEqual([holding.problem()]);
    await useKeys(keyId(A), null);
    await until('it is ready', () => holding.problem() === null);
    expect(errors()).toHaveLength(1);
  });

  test('is not ready when it has to say anew that it runs and lacks the key in use', async () => {
    const holding = await start();
    await storage.pool.query('update installation set active_key_id = $1', [OTHER]);
    await storage.pool.query('delete from console_process');
    expect(await until('it is noticed', () => holding.problem())).toContain(`fingerprint ${OTHER}`);
    await until('it is still noticed', () => lines.length > 2);
    expect(holding.problem()).toContain(`fingerprint ${OTHER}`);
    expect(await sayings()).toEqual([]);
  });

  test('stays ready while the database fails, and logs that', async () => {
    const holding = await start();
    await storage.pool.query('alter table console_process rename to console_process_away');
    await until('it is logged', () => lines.length > 1);
    await storage.pool.query('alter table console_process_away rename to console_process');
    expect(lines[0]).toMatchObject({
      level: 40,
      msg: 'This process could not record which keys it has; trying again',
    });
    expect(holding.problem()).toBeNull();
  });

  test('is not started without the key before, while a rotation is unfinished', async () => {
    await useKeys(keyId(A), OTHER);
    await expect(start()).rejects.toThrow(ConfigError);
    await expect(start()).rejects.toThrow(`still encrypted with another key (fingerprint ${OTHER})`);
    expect(await sayings()).toEqual([]);
    await useKeys(keyId(A), keyId(A));
    await start();
    expect(await sayings()).toHaveLength(1);
  });
});

test('processes count as running for 30 seconds', async () => {
  await storage.pool.query(
    `insert into console_process (role, host, pid, key_ids, seen_at) values
      ('worker', 'gone', 1, '{}', now() - interval '31 seconds'), ('web', 'recent', 2, '{}', now() - interval '28 seconds')`,
  );
  expect(await runningProcesses(storage.database)).toMatchObject([{ role: 'web', host: 'recent', pid: 2 }]);
});

test('a rotation that a running process stops names it, the key that it lacks, and what to do', async () => {
  await storage.pool.query(
    `insert into console_process (role, host, pid, key_ids) values ('all', 'web-1', 7, $1), ('worker', 'web-2', 8, $1)`,
    [[keyId(A)]],
  );
  const { secrets, database } = await open(B, A);
  await expect(rotateSecrets(secrets, database, [], actor)).rejects.toThrow(
    new RegExp(
      `do not have the key ${keyId(B)} and .*: console on web-1 \\(process 7\\), seen 0 s ago; worker on web-2 \\(process 8\\), seen 0 s ago. Restart them with the new key`,
    ),
  );
  const file = { ...secrets, keyring: { ...secrets.keyring, file: '/data/secret', addKey: async () => B } };
  await expect(rotateSecrets(file, database, [], actor)).rejects.toThrow(
    /do not have the key and .*\. The new key is stored in \/data\/secret, which they do not read\./,
  );
});
