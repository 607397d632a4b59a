import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { resolve } from 'node:path';
import { publishEvents } from '#features/events/publish-events.ts';
import { loadConfig } from '#platform/config.ts';
import { startEmbeddedPostgres } from '#platform/embedded/embedded-postgres.ts';
import { createLog } from '#platform/log-files/log.ts';
import { type OpenPlatform, openPlatform } from '#platform/open-platform.ts';
import { applyMigrations } from '../../prisma/migrate.ts';
import { CONSOLE, type MeasuredServer, startMeasuredServer } from './measured-server.ts';
import { makeDataDir, removeDataDir } from './running-console.ts';
import { createTestOrganization, type TestOrganization } from './test-platform.ts';
import { subscribe } from './test-webhooks.ts';
import { until } from './until.ts';

export type CountingReceiver = {
  url: string;
  count(): Promise<number>;
  delays(): Promise<number[]>;
  stop(): Promise<void>;
};

/** Starts `counting-receiver.ts` in a process of its own. */
export async function startCountingReceiver(): Promise<CountingReceiver> {
  const child = spawn(process.execPath, [resolve(import.meta.dirname, 'counting-receiver.ts')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  const ended = new Promise<void>((done) => child.once('close', () => done()));
  const { port } = JSON.parse(await until('the receiver listens', () => (said.includes('\n') ? said : undefined))) as {
    port: number;
  };
  const url = `http://127.0.0.1:${port}`;
  const ask = async (path: string) => (await fetch(url + path)).json();
  return {
    url,
    count: async () => ((await ask('/count')) as { count: number }).count,
    delays: async () => ((await ask('/delays')) as { delays: number[] }).delays,
    async stop() {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

export type DeliveryBench = {
  platform: OpenPlatform;
  organization: TestOrganization;
  receiver: CountingReceiver;
  /** Starts a worker process, with what it needs to reach the receiver. */
  startWorker(): Promise<MeasuredServer>;
  /** Starts a console with all roles beside it, with the same. */
  startConsole(): Promise<MeasuredServer>;
  /** Subscribes so many webhooks to `dataset.updated`. @returns their ids. */
  subscribeLanes(count: number, path?: string): Promise<string[]>;
  /** Stores events of which each goes to every lane. */
  publish(count: number): Promise<void>;
  close(): Promise<void>;
};

/**
 * A PostgreSQL of its own, which keeps what it is told also in a power failure, and a receiver in a process of its own.
 * @param workerEnv environment variables of the workers and consoles, beside what they need.
 */
export async function openDeliveryBench(workerEnv: Record<string, string> = {}): Promise<DeliveryBench> {
  const dataDir = await makeDataDir();
  const postgres = await startEmbeddedPostgres({ dataDir, log: createLog('silent'), purpose: 'console' });
  await applyMigrations(postgres.connectionString);
  const env = {
    DATABASE_URL: postgres.connectionString,
    HONEYFRAME_SECRET: randomBytes(32).toString('base64'),
    EGRESS_ALLOW: '127.0.0.0/8',
    CSP_LOG_DIR: `${dataDir}/csp-log`,
    DATA_DIR: dataDir,
  };
  const platform = await openPlatform(
    loadConfig({ ...env, LOG_LEVEL: 'silent' }),
    createLog('silent'),
    postgres.connectionString,
  );
  const organization = await createTestOrganization(platform);
  const receiver = await startCountingReceiver();
  return {
    platform,
    organization,
    receiver,
    startWorker: () =>
      startMeasuredServer(CONSOLE, { ...env, ROLE: 'worker', ...workerEnv }, `${dataDir}/worker.log`, (output) =>
        output.includes('"msg":"Ready') ? 0 : null,
      ),
    startConsole: () => startMeasuredServer(CONSOLE, { ...env, ...workerEnv }, `${dataDir}/console.log`),
    async subscribeLanes(count, path = '/hooks') {
      const ids: string[] = [];
      for (let index = 0; index < count; index += 1)
        ids.push(
          (await subscribe(organization, `${receiver.url}${path}?lane=${index}`, { event_type: 'dataset.updated' })).id,
        );
      return ids;
    },
    async publish(count) {
      for (let from = 0; from < count; from += 500) {
        const events = Array.from({ length: Math.min(500, count - from) }, (_, index) => ({
          event_type: 'dataset.updated',
          data: JSON.stringify({ dataset_id: 'dataset-4', dataset_name: 'Orders', n: from + index, rows: 1204 }),
          occurred_at: null,
          idempotency_key: null,
        }));
        await publishEvents(organization.scope(), events, { origin: 'api', isBatch: true });
      }
    },
    async close() {
      await receiver.stop();
      await platform.close();
      await postgres.stop();
      await removeDataDir(dataDir);
    },
  };
}

/** How many a second, between a tenth and nine tenths of them, so that start and end do not count. */
export async function rateOf(count: () => Promise<number>, total: number): Promise<number> {
  const first = await count();
  const at = async (share: number) => {
    await until(`${share} of all`, async () => (await count()) - first >= share * total, 300_000);
    return { count: await count(), time: performance.now() };
  };
  const [from, to] = [await at(0.1), await at(0.9)];
  return ((to.count - from.count) * 1000) / (to.time - from.time);
}
