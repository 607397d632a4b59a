import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { authenticate } from '#features/people/auth/authenticate.ts';
import { type Config, loadConfig } from '#platform/config.ts';
import { createLog } from '#platform/log-files/log.ts';
import { type OpenPlatform, openPlatform } from '#platform/open-platform.ts';
import { rotateSecrets } from '#platform/secrets/secrets.ts';
import { createTestDatabase, type TestDatabase } from '#testing/test-database.ts';
import {
  cookieOf,
  createTestOrganization,
  createTestUser,
  postAuth,
  signInAs,
  type TestOrganization,
} from '#testing/test-platform.ts';
import { totpOf, totpSecretOf } from '#testing/totp.ts';
import { createConnector } from './connectors/create-connector.ts';
import { openConfig } from './connectors/open-config.ts';
import { updateConnector } from './connectors/update-connector.ts';
import { sealedColumns } from './sealed-columns.ts';

const actor = { type: 'system', id: 'test', name: 'A test' } as const;
const urlOf = (path: string) => `https://n8n.example.com/webhook/${path}`;

const create = (organization: TestOrganization, platform: OpenPlatform, path: string) =>
  createConnector(organization.scope({ platform }), {
    name: path,
    type: 'n8n_webhook',
    config: { webhook_url: urlOf(path) },
    enabled: true,
  });

const sealingKeys = async ({ pool }: TestDatabase) =>
  z
    .array(z.object({ key: z.string() }))
    .parse((await pool.query(`select distinct split_part(sealed_secrets, '.', 2) as key from connector`)).rows)
    .map(({ key }) => key);

async function readUrls({ database, secrets }: OpenPlatform): Promise<Map<string, unknown>> {
  const urls = new Map<string, unknown>();
  for (const row of await database.connector.findMany()) {
    urls.set(row.name, (await openConfig(secrets, row)).config.webhook_url);
  }
  return urls;
}

describe('a rotation of the key file', () => {
  let folder: string;
  let storage: TestDatabase;
  let config: Config;
  const opened: OpenPlatform[] = [];

  /** A process of its own, as far as keys and connections go. */
  async function start(): Promise<OpenPlatform> {
    const platform = await openPlatform(config, createLog('silent'), storage.connectionString);
    opened.push(platform);
    return platform;
  }

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'honeyframe-rotation-'));
    storage = await createTestDatabase();
    config = loadConfig({ DATA_DIR: folder, LOG_LEVEL: 'silent' });
  });

  afterAll(async () => {
    for (const platform of opened) await platform.close();
    await storage.close();
    await rm(folder, { recursive: true });
  });

  test('leaves every secret readable and under the new key while connectors are made and changed', async () => {
    const [console1, console2, commandLine] = [await start(), await start(), await start()];
    const organization = await createTestOrganization(console1);
    const expected = new Map<string, string>();
    let rotating = true;

    async function work(platform: OpenPlatform, worker: string): Promise<void> {
      for (let round = 0; rotating || round < 3; round += 1) {
        const { id, name } = await create(organization, platform, `${worker}-${round}`);
        expected.set(name, urlOf(name));
        if (round % 2 === 0) continue;
        const changed = urlOf(`${name}-changed`);
        await updateConnector(organization.scope({ platform }), { id, config: { webhook_url: changed } });
        expected.set(name, changed);
      }
    }

    const working = [work(console1, 'one'), work(console2, 'two')];
    await expect.poll(() => expected.size, { timeout: 10_000 }).toBeGreaterThan(4);
    const before = await sealingKeys(storage);
    const { fingerprint } = await rotateSecrets(commandLine.secrets, commandLine.database, sealedColumns, actor);
    const atTheEnd = expected.size;
    await expect.poll(() => expected.size, { timeout: 10_000 }).toBeGreaterThan(atTheEnd);
    rotating = false;
    await Promise.all(working);

    expect(before).toHaveLength(1);
    expect(before).not.toContain(fingerprint);
    expect(await sealingKeys(storage)).toEqual([fingerprint]);
    for (const platform of [console1, console2, commandLine, await start()]) {
      expect(await readUrls(platform)).toEqual(expected);
    }
  });

  test('at the same time as another one leaves everything under one of the two keys', async () => {
    const platforms = [await start(), await start()];
    const [first] = platforms as [OpenPlatform];
    const organization = await createTestOrganization(first);
    for (let index = 0; index < 250; index += 1) await create(organization, first, `both-${index}`);
    const before = await readUrls(first);
    await Promise.all(platforms.map(({ secrets, database }) => rotateSecrets(secrets, database, sealedColumns, actor)));
    const { active_key_id } = await storage.database.installation.findUniqueOrThrow({ where: { id: 1 } });
    expect(await sealingKeys(storage)).toEqual([active_key_id]);
    for (const platform of [...platforms, await start()]) expect(await readUrls(platform)).toEqual(before);
  });

  test('that was interrupted is completed by the next one', async () => {
    const platform = await start();
    const { secrets, database } = platform;
    const before = await readUrls(platform);
    await rotateSecrets(secrets, database, [], actor);
    const { fingerprint, resealed } = await rotateSecrets(secrets, database, sealedColumns, actor);
    expect(resealed).toBe(before.size);
    expect(await sealingKeys(storage)).toEqual([fingerprint]);
    expect(await readUrls(await start())).toEqual(before);
  });

  test('leaves second factors working', async () => {
    const platform = await start();
    const { email, password, cookie } = await createTestUser(
      platform,
      await createTestOrganization(platform),
      'member',
    );
    const { totpURI } = await (await postAuth(platform, '/two-factor/enable', { password }, { cookie })).json();
    // The next one each time: a code works once.
    const code = (steps: number) => totpOf(totpSecretOf(totpURI), Date.now() + steps * 30_000);
    await postAuth(platform, '/two-factor/verify-totp', { code: code(0) }, { cookie });
    await rotateSecrets(platform.secrets, platform.database, sealedColumns, actor);
    const fresh = await start();
    const half = cookieOf(await signInAs(fresh, email, password));
    expect((await postAuth(fresh, '/two-factor/verify-totp', { code: code(1) }, { cookie: half })).status).toBe(200);
  });

  test('signs nobody out', async () => {
    const platform = await start();
    const { cookie, id } = await createTestUser(platform, await createTestOrganization(platform), 'member');
    const headers = new Headers({ cookie });
    await rotateSecrets(platform.secrets, platform.database, sealedColumns, actor);
    expect(await authenticate(platform, headers)).toMatchObject({ kind: 'user', id });
    expect(await authenticate(await start(), headers)).toMatchObject({ kind: 'user', id });
  });
});

describe('a rotation of HONEYFRAME_SECRET', () => {
  test('seals everything anew, so that the next start needs the new key alone', async () => {
    const storage = await createTestDatabase();
    const [old, fresh] = [randomBytes(32).toString('base64'), randomBytes(32).toString('base64')];
    const start = (env: Record<string, string>) =>
      openPlatform(loadConfig({ ...env, LOG_LEVEL: 'silent' }), createLog('silent'), storage.connectionString);
    const first = await start({ HONEYFRAME_SECRET: old });
    await create(await createTestOrganization(first), first, 'abc123');
    await first.close();

    const both = await start({ HONEYFRAME_SECRET: fresh, HONEYFRAME_SECRET_PREVIOUS: old });
    expect(await readUrls(both)).toEqual(new Map([['abc123', urlOf('abc123')]]));
    expect(await rotateSecrets(both.secrets, both.database, sealedColumns, actor)).toMatchObject({ resealed: 1 });
    expect(await rotateSecrets(both.secrets, both.database, sealedColumns, actor)).toMatchObject({ resealed: 0 });
    await both.close();

    await expect(start({ HONEYFRAME_SECRET: old })).rejects.toThrow('HONEYFRAME_SECRET is not the key');
    const last = await start({ HONEYFRAME_SECRET: fresh });
    expect(await readUrls(last)).toEqual(new Map([['abc123', urlOf('abc123')]]));
    await last.close();
    await storage.close();
  });
});
