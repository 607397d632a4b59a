import { randomBytes } from 'node:crypto';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { handleRest } from '#api/rest.ts';
import { keyId, sealText } from '#core/signing/sealed-text.ts';
import { runDeliveries } from '#features/engine/run-deliveries.ts';
import { loadConfig } from '#platform/config.ts';
import { createLog } from '#platform/log-files/log.ts';
import { type OpenPlatform, openPlatform } from '#platform/open-platform.ts';
import { holdKeys } from '#platform/secrets/key-holders.ts';
import { rotateSecrets } from '#platform/secrets/secrets.ts';
import { startReceiver } from '#testing/receivers.ts';
import { createTestDatabase, type TestDatabase } from '#testing/test-database.ts';
import { createTestApiKey, createTestOrganization, type TestOrganization } from '#testing/test-platform.ts';
import { publishRow, standing, subscribe } from '#testing/test-webhooks.ts';
import { until } from '#testing/until.ts';
import { sealedColumns } from './sealed-columns.ts';

const actor = { type: 'system', id: 'test', name: 'A test' } as const;
const [A, B, LOST] = [randomBytes(32), randomBytes(32), randomBytes(32)];
const base64 = (key: Buffer) => key.toString('base64');

let storage: TestDatabase;
const opened: OpenPlatform[] = [];
const open = async (secret: Buffer, previous?: Buffer): Promise<OpenPlatform> => {
  const config = loadConfig({
    HONEYFRAME_SECRET: base64(secret),
    ...(previous && { HONEYFRAME_SECRET_PREVIOUS: base64(previous) }),
    EGRESS_ALLOW: '127.0.0.0/8',
    LOG_LEVEL: 'silent',
  });
  const platform = await openPlatform(config, createLog('silent'), storage.connectionString);
  opened.push(platform);
  return platform;
};

let platform: OpenPlatform;
let organization: TestOrganization;
beforeAll(async () => {
  storage = await createTestDatabase();
  platform = await open(A);
  organization = await createTestOrganization(platform);
});
afterAll(async () => {
  for (const one of opened) await one.close();
  await storage.close();
});

const rotate = (of: OpenPlatform) => rotateSecrets(of.secrets, of.database, sealedColumns, actor);
const installation = () => storage.database.installation.findUniqueOrThrow({ where: { id: 1 } });
const noteOfProcesses = () => storage.pool.query('delete from console_process');

/** What a lost key leaves behind. */
const sealUnderLostKey = (table: string, column: string, id: string) =>
  storage.pool.query(`update ${table} set ${column} = $1 where id = $2`, [
    sealText(LOST, randomBytes(12), '{}', `${table}.${column}:${id}`),
    id,
  ]);

test('one text that does not open is named, skipped and left, and the others are sealed anew', async () => {
  const [bad, good] = [
    await subscribe(organization, 'http://127.0.0.1:4/'),
    await subscribe(organization, 'http://127.0.0.1:4/'),
  ];
  const connector = await organization.connectorId('https://n8n.example.com/webhook/abc123');
  await sealUnderLostKey('webhook', 'sealed_secret', bad.id);
  const both = await open(B, A);
  const done = await rotate(both);
  expect(done).toMatchObject({ fingerprint: keyId(B), isChanged: true, resealed: 2 });
  expect(done.left).toEqual([
    { place: `webhook.sealed_secret:${bad.id}`, reason: expect.stringContaining(keyId(LOST)) },
  ]);
  expect(await installation()).toMatchObject({ active_key_id: keyId(B), previous_key_id: null });
  const row = (id: string) => storage.database.webhook.findUniqueOrThrow({ where: { id } });
  expect((await row(bad.id)).sealed_secret).toContain(keyId(LOST));
  expect((await row(good.id)).sealed_secret).toContain(keyId(B));
  expect((await storage.database.connector.findUniqueOrThrow({ where: { id: connector } })).sealed_secrets).toContain(
    keyId(B),
  );
  const [entry] = await storage.database.auditLog.findMany({ where: { action: 'secrets.rotation_finished' } });
  expect(entry?.details).toMatchObject({ resealed: 2, left: [`webhook.sealed_secret:${bad.id}`], left_count: 1 });
  // Again, and back: the one text blocks neither.
  expect((await rotate(both)).left).toHaveLength(1);
  expect(await rotate(await open(A, B))).toMatchObject({ fingerprint: keyId(A), resealed: 2 });
});

test('a console with a text that does not open works for everything else, and the text can be entered again', async () => {
  await using receiver = await startReceiver();
  const key = await createTestApiKey(organization.scope(), ['read', 'write']);
  const call = async (method: string, path: string, body?: unknown) => {
    const headers = { authorization: `Bearer ${key}` };
    const request = { method, headers, ...(body ? { body: JSON.stringify(body) } : {}) };
    const response = await handleRest(platform, new Request(`http://localhost:3000${path}`, request));
    return { status: response.status, body: await response.json() };
  };
  const bad = await subscribe(organization, receiver.url, { headers: { Authorization: 'Bearer abcdefgh' } });
  const good = await subscribe(organization, receiver.url);
  const connector = await organization.connectorId(`${receiver.url}/webhook/abc123`);
  await sealUnderLostKey('webhook', 'sealed_secret', bad.id);
  await sealUnderLostKey('connector', 'sealed_secrets', connector);
  const running = runDeliveries(platform, { sweepMs: 50 });
  try {
    await publishRow(organization, 3);
    await until('the other webhook delivers', async () => (await standing(platform, good.id)).delivered === 3);
    expect(await standing(platform, bad.id)).toEqual({ pending: 3 });

    // What needs the text says so, without naming keys or files; lists and other changes work.
    for (const [path, body] of [
      [`/api/webhooks/${bad.id}/test`, {}],
      [`/api/connectors/${connector}/test`, { message: 'Hello' }],
    ] as const) {
      const refused = await call('POST', path, body);
      expect(refused).toMatchObject({ status: 409, body: { code: 'CONFLICT' } });
      expect(refused.body.message).toContain('be decrypted');
      expect(refused.body.message).not.toContain(keyId(LOST));
    }
    for (const path of ['/api/webhooks', `/api/webhooks/${bad.id}`, '/api/connectors', `/api/connectors/${connector}`])
      expect((await call('GET', path)).status).toBe(200);
    const problems = async () => [
      (await call('GET', `/api/webhooks/${bad.id}`)).body.problem,
      (await call('GET', `/api/webhooks/${good.id}`)).body.problem,
    ];
    expect(await problems()).toEqual(['secrets_unreadable', null]);
    expect((await call('PATCH', `/api/webhooks/${bad.id}`, { description: 'Renamed' })).status).toBe(200);
    expect((await call('PATCH', `/api/connectors/${connector}`, { enabled: true })).status).toBe(200);

    // Entered again: both work, and what waited is sent.
    expect((await call('POST', `/api/webhooks/${bad.id}/rotate-secret`, {})).status).toBe(200);
    await until('what waited is delivered', async () => (await standing(platform, bad.id)).delivered === 3);
    const again = { config: { webhook_url: `${receiver.url}/webhook/new` } };
    expect((await call('PATCH', `/api/connectors/${connector}`, again)).status).toBe(200);
    const sent = await call('POST', `/api/connectors/${connector}/test`, { message: 'Hello' });
    expect(sent.body).toMatchObject({ ok: true });
  } finally {
    await running.stop();
  }
});

test('a webhook whose secret does not open is claimed again after a lease, and the log says so once', async () => {
  const lines: string[] = [];
  const log = pino({ level: 'error' }, { write: (line: string) => void lines.push(line) });
  const bad = await subscribe(organization, 'http://127.0.0.1:4/');
  await sealUnderLostKey('webhook', 'sealed_secret', bad.id);
  const told = () => lines.filter((line) => line.includes(bad.id));
  const lane = () => storage.database.lane.findUniqueOrThrow({ where: { webhook_id: bad.id } });
  const running = runDeliveries({ ...platform, log }, { sweepMs: 50 });
  try {
    await publishRow(organization, 1);
    await until('the lane is claimed', async () => (await lane()).lease_token);
    for (let claim = 2; claim <= 4; claim += 1) {
      const before = await lane();
      // It keeps its lease although nothing is sent: nobody tries again before that ends.
      expect(before.lease_until?.getTime()).toBeGreaterThan(Date.now());
      await storage.pool.query('update lane set lease_until = now() where webhook_id = $1', [bad.id]);
      await until('it is claimed again', async () => (await lane()).lease_token !== before.lease_token);
    }
    await until('the log says so', () => told().length > 0);
  } finally {
    await running.stop();
  }
  expect(told()).toHaveLength(1);
  expect(await standing(platform, bad.id)).toEqual({ pending: 1 });
  await storage.database.webhook.update({ where: { id: bad.id }, data: { status: 'paused' } });
});

test('a process that started with the old key alone while the key was changed is refused, or stops the change', async () => {
  await noteOfProcesses();
  const [old, both] = [await open(A), await open(B, A)];
  // It has opened its secrets, but not said that it runs when the key changes.
  await rotate(both);
  await expect(holdKeys(old)).rejects.toThrow(`fingerprint ${keyId(B)}`);
  expect((await storage.pool.query('select from console_process')).rowCount).toBe(0);
  // Back to A. It says so first: the change is refused, and nothing changes.
  await rotate(await open(A, B));
  const hold = await holdKeys(old);
  const before = await installation();
  await expect(rotate(both)).rejects.toThrow(`process ${process.pid}`);
  expect(await installation()).toEqual(before);
  // One that has not been heard of for 30 seconds has ended.
  await storage.pool.query(`update console_process set seen_at = now() - interval '31 seconds'`);
  expect(await rotate(both)).toMatchObject({ fingerprint: keyId(B) });
  await hold.stop();
});

test('a key of the environment is never left behind by a command that adds its key to a file', async () => {
  await noteOfProcesses();
  const { keyring } = platform.secrets;
  const hold = await holdKeys(await open(B, A));
  const fromFile = { ...platform.secrets, keyring: { ...keyring, file: '/data/secret', addKey: async () => LOST } };
  await expect(rotateSecrets(fromFile, storage.database, sealedColumns, actor)).rejects.toThrow('Nothing was changed');
  expect((await installation()).active_key_id).toBe(keyId(B));
  await hold.stop();
});
