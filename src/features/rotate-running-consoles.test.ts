import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { keyId } from '#core/signing/sealed-text.ts';
import { loadConfig } from '#platform/config.ts';
import { createLog } from '#platform/log-files/log.ts';
import { type OpenPlatform, openPlatform } from '#platform/open-platform.ts';
import { startReceiver } from '#testing/receivers.ts';
import { makeDataDir, type RunningConsole, removeDataDir, startConsole } from '#testing/running-console.ts';
import { createTestDatabase, type TestDatabase } from '#testing/test-database.ts';
import { createTestOrganization, type TestOrganization } from '#testing/test-platform.ts';
import { publishRow, subscribe } from '#testing/test-webhooks.ts';
import { until } from '#testing/until.ts';

vi.setConfig({ testTimeout: 120_000 });

const [OLD, NEW] = [randomBytes(32), randomBytes(32)];
const [old, fresh] = [OLD.toString('base64'), NEW.toString('base64')];
const BOTH = { HONEYFRAME_SECRET: fresh, HONEYFRAME_SECRET_PREVIOUS: old };

let dataDir: string;
let storage: TestDatabase;
let platform: OpenPlatform;
let organization: TestOrganization;
const consoles: RunningConsole[] = [];

beforeAll(async () => {
  dataDir = await makeDataDir();
  storage = await createTestDatabase();
  const first = await openPlatform(
    loadConfig({ HONEYFRAME_SECRET: old, LOG_LEVEL: 'silent' }),
    createLog('silent'),
    storage.connectionString,
  );
  await first.close();
  platform = await openPlatform(
    loadConfig({ ...BOTH, EGRESS_ALLOW: '127.0.0.0/8', LOG_LEVEL: 'silent' }),
    createLog('silent'),
    storage.connectionString,
  );
  organization = await createTestOrganization(platform);
});
afterAll(async () => {
  for (const one of consoles) one.child.kill('SIGKILL');
  await platform.close();
  await storage.close();
  await removeDataDir(dataDir);
});

const env = () => ({
  DATABASE_URL: storage.connectionString,
  EGRESS_ALLOW: '127.0.0.0/8',
  CSP_LOG_DIR: `${dataDir}/csp-log`,
  DATA_DIR: dataDir,
});

function startWorker(keys: Record<string, string>): RunningConsole {
  const worker = startConsole({ ...env(), ...keys, ROLE: 'worker', LOG_LEVEL: 'error' });
  consoles.push(worker);
  return worker;
}

async function rotate(keys: Record<string, string>) {
  const command = startConsole({ ...env(), ...keys }, 'src/cli.ts', ['secrets', 'rotate']);
  const { code } = await command.exited;
  return { code, stdout: command.stdout(), stderr: command.stderr() };
}

const running = async () =>
  (await storage.pool.query<{ pid: number; key_ids: string[] }>('select pid, key_ids from console_process order by id'))
    .rows;
const isRunning = ({ child }: RunningConsole) =>
  until('it says that it runs', async () => (await running()).some(({ pid }) => pid === child.pid));

/** How many sealed texts of webhooks are under each key. */
async function sealedUnder() {
  const { rows } = await storage.pool.query<{ key: string; count: number }>(
    `select split_part(sealed_secret, '.', 2) as key, count(*)::int as count from webhook group by 1`,
  );
  return Object.fromEntries(rows.map(({ key, count }) => [key, count]));
}
const keyInUse = async () =>
  (await storage.database.installation.findUniqueOrThrow({ where: { id: 1 } })).active_key_id;

test('a rotation of HONEYFRAME_SECRET beside two consoles never leaves one of them unable to deliver, through a kill in its middle', async () => {
  await using receiver = await startReceiver();
  expect(await keyInUse()).toBe(keyId(OLD));
  const webhooks = await Promise.all([1, 2, 3].map(() => subscribe(organization, receiver.url)));
  expect(await sealedUnder()).toEqual({ [keyId(OLD)]: 3 });
  /** Every webhook gets a fresh event, from whichever worker runs. */
  const everyWebhookDelivers = async () => {
    const before = receiver.requests.length;
    await publishRow(organization, 1);
    await until('every webhook delivers', () => receiver.requests.length === before + webhooks.length);
  };

  const [one, two] = [startWorker({ HONEYFRAME_SECRET: old }), startWorker({ HONEYFRAME_SECRET: old })];
  await Promise.all([isRunning(one), isRunning(two)]);

  // As it stood in the README: the command alone knows the new key.
  const early = await rotate(BOTH);
  expect(early).toMatchObject({ code: 1, stdout: '' });
  expect(early.stderr).toContain('Nothing was changed');
  for (const { child } of [one, two]) expect(early.stderr).toContain(`process ${child.pid}`);
  expect([await keyInUse(), await sealedUnder()]).toEqual([keyId(OLD), { [keyId(OLD)]: 3 }]);

  // One of the two has it: the other is named still.
  await one.stop();
  const three = startWorker(BOTH);
  await isRunning(three);
  const half = await rotate(BOTH);
  expect(half.code).toBe(1);
  expect(half.stderr).toContain(`process ${two.child.pid}`);
  expect(half.stderr).not.toContain(`process ${three.child.pid}`);
  expect(await keyInUse()).toBe(keyId(OLD));
  await everyWebhookDelivers();

  // Both have it: the command begins, and is killed while it waits for a row.
  await two.stop();
  const four = startWorker(BOTH);
  await isRunning(four);
  const holder = new pg.Client({ connectionString: storage.connectionString });
  await holder.connect();
  onTestFinished(() => holder.end());
  await holder.query('begin');
  await holder.query('select from webhook where id = $1 for update', [webhooks[2]?.id]);
  const killed = startConsole({ ...env(), ...BOTH }, 'src/cli.ts', ['secrets', 'rotate']);
  await until('the key has changed', async () => (await keyInUse()) === keyId(NEW));
  killed.child.kill('SIGKILL');
  await killed.exited;
  await holder.query('rollback');
  const later = await subscribe(organization, receiver.url);
  webhooks.push(later);
  expect(await sealedUnder()).toEqual({ [keyId(OLD)]: 3, [keyId(NEW)]: 1 });
  await everyWebhookDelivers();

  // In the middle, nobody starts with one of the two keys alone.
  for (const keys of [{ HONEYFRAME_SECRET: old }, { HONEYFRAME_SECRET: fresh }]) {
    const alone = startWorker(keys);
    expect((await alone.exited).code).toBe(1);
    expect(alone.stderr()).toMatch(/^Cannot start: .*fingerprint [0-9a-f]{16}.*\n$/);
  }

  expect(await rotate(BOTH)).toMatchObject({ code: 0, stdout: expect.stringContaining('Encrypted 3 secrets') });
  expect(await sealedUnder()).toEqual({ [keyId(NEW)]: 4 });
  await everyWebhookDelivers();
  await Promise.all([three.stop(), four.stop()]);
  await isRunning(startWorker({ HONEYFRAME_SECRET: fresh }));
  await everyWebhookDelivers();
});
