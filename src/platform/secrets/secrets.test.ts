import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { keyId, sealingKeyId, sealText } from '#core/signing/sealed-text.ts';
import { inTransaction, type Transaction } from '#platform/postgres/transaction.ts';
import { createTestDatabase, type TestDatabase } from '#testing/test-database.ts';
import { ConfigError, loadConfig } from '../config.ts';
import { openKeyring } from './keyring.ts';
import { openSecrets, rotateSecrets, type SealedColumn, type Secrets, sealedPlace } from './secrets.ts';

let storage: TestDatabase;
beforeAll(async () => {
  storage = await createTestDatabase();
});
afterAll(() => storage.close());

const [first, second, third] = Array.from({ length: 3 }, () => randomBytes(32).toString('base64')) as [
  string,
  string,
  string,
];

async function open(secret: string, previous?: string): Promise<Secrets> {
  const env = { HONEYFRAME_SECRET: secret, ...(previous && { HONEYFRAME_SECRET_PREVIOUS: previous }) };
  return openSecrets(await openKeyring(loadConfig(env)), storage.database);
}

const actor = { type: 'system', id: 'test', name: 'A test' } as const;
const fingerprint = (secret: string) => keyId(Buffer.from(secret, 'base64'));
const seal = (secrets: Secrets, place: string, text: string) =>
  inTransaction(storage.database, (tx) => secrets.seal(tx, place, text));

const PATIENCE = { timeout: 10_000 };

/** Waits until as many of this database's sessions wait for a lock. */
const waitForLocks = (sessions: number) =>
  expect
    .poll(async () => {
      const { rows } = await storage.pool.query(
        `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
      );
      return rows.length;
    }, PATIENCE)
    .toBe(sessions);

describe('the secrets of an installation', () => {
  test('are one installation’s for all who open it at once', async () => {
    const opened = await Promise.all(Array.from({ length: 5 }, () => open(first)));
    expect(new Set(opened.map(({ authSecret }) => authSecret)).size).toBe(1);
    expect(await storage.database.installation.count()).toBe(1);
  });

  test('open where they were sealed and nowhere else', async () => {
    const secrets = await open(first);
    const sealed = await seal(secrets, 'connector.sealed_secrets:1', 'abc123');
    expect(sealed).not.toContain('abc123');
    expect(await secrets.open('connector.sealed_secrets:1', sealed)).toBe('abc123');
    await expect(secrets.open('connector.sealed_secrets:2', sealed)).rejects.toMatchObject({
      code: 'CONFLICT',
      reason: 'it was moved or changed in the database',
    });
    await expect(secrets.open('connector.sealed_secrets:1', 'abc123')).rejects.toMatchObject({
      reason: expect.stringContaining('with the key null'),
    });
  });

  test('of a webhook, sealed when its table was called subscription, still open', async () => {
    const secrets = await open(first);
    const sealed = sealText(secrets.keyring.newest(), randomBytes(12), 'abc123', 'subscription.sealed_secret:1');
    expect(await secrets.open('webhook.sealed_secret:1', sealed)).toBe('abc123');
  });

  test('are sealed differently every time', async () => {
    const secrets = await open(first);
    expect(await seal(secrets, 'place', 'abc123')).not.toBe(await seal(secrets, 'place', 'abc123'));
  });

  test('refuse another key at the start, in one line that says which one is missing', async () => {
    await open(first);
    await expect(open(second)).rejects.toThrow(
      new ConfigError(
        `HONEYFRAME_SECRET is not the key that this database's secrets are encrypted with (fingerprint ${fingerprint(first)}). Set that key, or set the new one as HONEYFRAME_SECRET and that one as HONEYFRAME_SECRET_PREVIOUS.`,
      ),
    );
  });

  test('go over to a new key of the environment, which is audited, and then need the old one no longer', async () => {
    const before = await open(first);
    const sealed = await seal(before, 'place', 'abc123');
    const both = await open(second, first);
    expect(await both.open('place', sealed)).toBe('abc123');
    expect(await seal(both, 'place', 'still')).toContain(fingerprint(first));

    expect(await rotateSecrets(both, storage.database, [], actor)).toMatchObject({ fingerprint: fingerprint(second) });
    const finished = () => storage.database.auditLog.count({ where: { action: 'secrets.rotation_finished' } });
    expect(await finished()).toBe(1);
    expect(await seal(both, 'place', 'new')).toContain(fingerprint(second));
    await expect(seal(before, 'place', 'late')).rejects.toThrow(
      'HONEYFRAME_SECRET does not have the key in use. Restart with that key.',
    );
    expect(await storage.database.auditLog.findMany({ where: { action: 'secrets.rotated' } })).toMatchObject([
      {
        severity: 'security',
        actor_id: actor.id,
        target_type: 'installation',
        details: { fingerprint: fingerprint(second), previous_fingerprint: fingerprint(first) },
      },
    ]);
    // Once more, with the same key: there is nothing left to finish.
    expect(await rotateSecrets(both, storage.database, [], actor)).toMatchObject({ isChanged: false, resealed: 0 });
    expect(await finished()).toBe(1);
    const after = await open(second);
    expect(after.authSecret).toBe(before.authSecret);
    await expect(open(first)).rejects.toThrow(ConfigError);
    await expect(open(third)).rejects.toThrow(fingerprint(second));
  });
});

describe('a rotation', () => {
  const COLUMN: SealedColumn = { table: 'connector', column: 'sealed_secrets', destination: 'config' };
  let folder: string;

  const openFile = async () => openSecrets(await openKeyring(loadConfig({ DATA_DIR: folder })), storage.database);

  beforeAll(async () => {
    await storage.close();
    storage = await createTestDatabase();
    folder = await mkdtemp(join(tmpdir(), 'honeyframe-secrets-'));
    await storage.database.organization.create({
      data: { id: 'organization', name: 'Organization', slug: 'organization' },
    });
  });

  afterAll(() => rm(folder, { recursive: true }));

  async function insert(tx: Transaction, secrets: Secrets, text: string): Promise<string> {
    const id = randomUUID();
    const sealed_secrets = await secrets.seal(tx, sealedPlace(COLUMN, id), text);
    const row = { id, organization_id: 'organization', name: text, type: 'n8n_webhook', config: {}, sealed_secrets };
    await tx.connector.create({ data: row });
    return id;
  }

  const read = async (secrets: Secrets, id: string) => {
    const { sealed_secrets } = await storage.database.connector.findUniqueOrThrow({ where: { id } });
    return { key: sealingKeyId(sealed_secrets), text: await secrets.open(sealedPlace(COLUMN, id), sealed_secrets) };
  };

  test('waits for whoever is sealing, and takes that secret along', async () => {
    const secrets = await openFile();
    let rotation: ReturnType<typeof rotateSecrets> | undefined;
    const id = await inTransaction(storage.database, async (tx) => {
      const id = await insert(tx, secrets, 'abc123');
      rotation = rotateSecrets(await openFile(), storage.database, [COLUMN], actor);
      await waitForLocks(1);
      return id;
    });
    const done = await rotation;
    expect(done).toMatchObject({ resealed: 1, isChanged: true });
    expect(await read(secrets, id)).toEqual({ key: done?.fingerprint, text: 'abc123' });
  });

  test('leaves a secret that is changed while it is being sealed anew as it was changed', async () => {
    const secrets = await openFile();
    const id = await inTransaction(storage.database, (tx) => insert(tx, secrets, 'before'));
    const rotating = await openFile();
    const open: Secrets['open'] = async (place, sealed) => {
      const text = await rotating.open(place, sealed);
      if (place === sealedPlace(COLUMN, id))
        await inTransaction(storage.database, async (tx) =>
          tx.connector.update({ where: { id }, data: { sealed_secrets: await rotating.seal(tx, place, 'after') } }),
        );
      return text;
    };
    const { fingerprint } = await rotateSecrets({ ...rotating, open }, storage.database, [COLUMN], actor);
    expect(await read(secrets, id)).toEqual({ key: fingerprint, text: 'after' });
  });

  test('seals nothing more under its key once another has changed the key', async () => {
    const secrets = await openFile();
    const connector = await inTransaction(storage.database, (tx) => insert(tx, secrets, 'ghi789'));
    const [webhook, column] = [randomUUID(), { ...COLUMN, table: 'webhook', column: 'sealed_secret' }];
    await inTransaction(storage.database, async (tx) => {
      const sealed_secret = await secrets.seal(tx, sealedPlace(column, webhook), 'jkl012');
      const row = {
        id: webhook,
        organization_id: 'organization',
        event_type: ['*'],
        target_url: 'https://example.com/',
      };
      await tx.webhook.create({ data: { ...row, sealed_secret } });
    });
    const sealedBy = async () =>
      sealingKeyId((await storage.database.webhook.findUniqueOrThrow({ where: { id: webhook } })).sealed_secret ?? '');
    const before = await sealedBy();
    const [rotating, another] = [await openFile(), await openFile()];
    let later: ReturnType<typeof rotateSecrets> | undefined;
    const open: Secrets['open'] = (place, sealed) => {
      // It waits for this batch; the next batch begins when it has changed the key.
      if (place === sealedPlace(COLUMN, connector)) later = rotateSecrets(another, storage.database, [], actor);
      return rotating.open(place, sealed);
    };
    const database = new Proxy(storage.database, {
      get: (target, name) =>
        name === '$transaction'
          ? async (...given: Parameters<typeof target.$transaction>) => {
              await later;
              return target.$transaction(...given);
            }
          : Reflect.get(target, name, target),
    });
    const done = await rotateSecrets({ ...rotating, open }, database, [COLUMN, column], actor);
    expect((await later)?.fingerprint).not.toBe(done.fingerprint);
    expect((await read(secrets, connector)).key).toBe(done.fingerprint);
    expect(await sealedBy()).toBe(before);
  });

  test('at the same time as another loses neither key, and leaves everything under the later one', async () => {
    const secrets = await openFile();
    const id = await inTransaction(storage.database, (tx) => insert(tx, secrets, 'def456'));
    const before = (await readFile(join(folder, 'secret'), 'utf8')).trim().split('\n');
    const rotations: ReturnType<typeof rotateSecrets>[] = [];
    await inTransaction(storage.database, async (tx) => {
      await tx.$queryRaw`select 1 from installation where id = 1 for update`;
      for (let index = 0; index < 2; index += 1)
        rotations.push(rotateSecrets(await openFile(), storage.database, [COLUMN], actor));
      await waitForLocks(2);
    });
    await Promise.all(rotations);
    const keys = (await readFile(join(folder, 'secret'), 'utf8')).trim().split('\n');
    expect(keys).toHaveLength(before.length + 2);
    expect(await read(secrets, id)).toEqual({ key: fingerprint(keys[0] ?? ''), text: 'def456' });
  });

  test('stops at a failure other than a text that does not open, and counts nothing as left', async () => {
    const secrets = await openFile();
    await inTransaction(storage.database, (tx) => insert(tx, secrets, 'stop me'));
    const finished = () => storage.database.auditLog.count({ where: { action: 'secrets.rotation_finished' } });
    const before = await finished();
    const open = () => Promise.reject(new Error('The disk has failed.'));
    await expect(rotateSecrets({ ...secrets, open }, storage.database, [COLUMN], actor)).rejects.toThrow('The disk');
    expect(await finished()).toBe(before);
  });
});
