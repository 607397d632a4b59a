import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { keyId } from '#core/sealed-text.ts';
import { createTestDatabase, type TestDatabase } from '#testing/test-database.ts';
import { ConfigError, loadConfig } from './config.ts';
import { openKeyring } from './keyring.ts';
import { openSecrets, rotateSecrets, type Secrets } from './secrets.ts';
import { inTransaction } from './transaction.ts';

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

const fingerprint = (secret: string) => keyId(Buffer.from(secret, 'base64'));
const seal = (secrets: Secrets, place: string, text: string) =>
  inTransaction(storage.database, (tx) => secrets.seal(tx, place, text));

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
    await expect(secrets.open('connector.sealed_secrets:2', sealed)).rejects.toThrow(
      'does not open: it was moved or changed.',
    );
    await expect(secrets.open('connector.sealed_secrets:1', 'abc123')).rejects.toThrow('sealed with key null');
  });

  test('are sealed differently every time', async () => {
    const secrets = await open(first);
    expect(await seal(secrets, 'place', 'abc123')).not.toBe(await seal(secrets, 'place', 'abc123'));
  });

  test('refuse another key at the start, in one line that says which one is missing', async () => {
    await open(first);
    await expect(open(second)).rejects.toThrow(
      new ConfigError(
        `HONEYFRAME_SECRET is another key than the one this database is sealed with (fingerprint ${fingerprint(first)}): give that key, or the two as HONEYFRAME_SECRET and HONEYFRAME_SECRET_PREVIOUS.`,
      ),
    );
  });

  test('go over to a new key of the environment, and then need the old one no longer', async () => {
    const before = await open(first);
    const sealed = await seal(before, 'place', 'abc123');
    const both = await open(second, first);
    expect(await both.open('place', sealed)).toBe('abc123');
    expect(await seal(both, 'place', 'still')).toContain(fingerprint(first));

    expect(await rotateSecrets(both, storage.database, [])).toMatchObject({ fingerprint: fingerprint(second) });
    expect(await seal(both, 'place', 'new')).toContain(fingerprint(second));
    await expect(seal(before, 'place', 'late')).rejects.toThrow(
      'HONEYFRAME_SECRET does not have the key in use: start again with it.',
    );
    const after = await open(second);
    expect(after.authSecret).toBe(before.authSecret);
    await expect(open(first)).rejects.toThrow(ConfigError);
    await expect(open(third)).rejects.toThrow(fingerprint(second));
  });
});
