import { spawn } from 'node:child_process';
import { open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import type { Binaries } from './embedded-postgres-binaries.ts';
import { type Cluster, SUPERUSER } from './embedded-postgres-cluster.ts';
import { EmbeddedPostgresError, failedWith, reason } from './embedded-postgres-error.ts';
import { type Postmaster, postmasterOf } from './embedded-postgres-process.ts';
import { SERVER_ENVIRONMENT, type ServerUser } from './embedded-postgres-user.ts';

export type ServerSettings = {
  cluster: Cluster;
  binaries: Binaries;
  user: ServerUser;
  /** Whether it survives a power failure. Tests need no such thing. */
  durable: boolean;
};

const HOST = '127.0.0.1';
/** Recovery after a kill replays at most `max_wal_size`. */
const START_TIMEOUT_MS = 60_000;
const LARGEST_LOG_BYTES = 8 * 1024 * 1024;

/**
 * Makes a server answer on the cluster: the one that lives on from a killed process, or a new one on the port that the
 * cluster last had, or on another when that is taken.
 * @param fixedPort the only port that will do, as the process's pools know no other.
 * @throws EmbeddedPostgresError with PostgreSQL's own last words.
 */
export async function runServer(
  settings: ServerSettings,
  fixedPort?: number,
): Promise<{ server: Postmaster; adopted: boolean }> {
  const { homePath, dataPath } = settings.cluster;
  const running = await postmasterOf(dataPath);
  if (running) return { server: await untilReady(settings.cluster, async () => undefined), adopted: true };
  // Nobody's, or PostgreSQL would take any process that has got its number by now for another server.
  await rm(join(dataPath, 'postmaster.pid'), { force: true });
  const saved = Number(await readFile(join(homePath, 'port'), 'utf8').catch(() => '0'));
  const port = fixedPort ?? (await freePort(saved));
  const server = await launch(settings, port);
  await writeFile(join(homePath, 'port'), String(port));
  return { server, adopted: false };
}

/** In a process group of its own, so that Ctrl-C in our terminal leaves it to us to end it after the last request. */
async function launch({ cluster, binaries, user, durable }: ServerSettings, port: number): Promise<Postmaster> {
  const logPath = join(cluster.homePath, 'postgres.log');
  const before = (await stat(logPath).catch(() => ({ size: 0 }))).size;
  if (before > LARGEST_LOG_BYTES) await rename(logPath, `${logPath}.1`);
  const log = await open(logPath, 'a', 0o600);
  try {
    const child = spawn(binaries.postgres, ['-D', cluster.dataPath, ...settingsOf(port, durable)], {
      ...user,
      cwd: '/',
      env: SERVER_ENVIRONMENT,
      detached: true,
      stdio: ['ignore', log.fd, log.fd],
    });
    let exit: string | undefined;
    child.once('error', (error) => {
      exit = reason(error);
    });
    child.once('exit', (code, signal) => {
      exit ??= signal ? `it was ended by ${signal}` : `it ended with exit code ${code}`;
    });
    child.unref();
    return await untilReady(cluster, async () => exit && ((await lastWords(logPath, before)) ?? exit));
  } finally {
    await log.close();
  }
}

function settingsOf(port: number, durable: boolean): string[] {
  const settings = {
    listen_addresses: HOST,
    port,
    unix_socket_directories: '',
    wal_level: 'logical',
    shared_buffers: '128MB',
    max_wal_size: '512MB',
    timezone: 'UTC',
    log_timezone: 'UTC',
    log_checkpoints: 'off',
    ...(durable ? {} : { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }),
  };
  return Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}

/** Waits for the server to answer with this cluster's password. */
async function untilReady(cluster: Cluster, whyEnded: () => Promise<string | undefined>): Promise<Postmaster> {
  const deadline = performance.now() + START_TIMEOUT_MS;
  let last: unknown = 'it says nothing';
  let seen = false;
  while (performance.now() < deadline) {
    const words = await whyEnded();
    if (words) throw new EmbeddedPostgresError(`PostgreSQL did not start: ${words}.`);
    const server = await postmasterOf(cluster.dataPath);
    if (server && server.port > 0) {
      seen = true;
      try {
        const client = await connect(cluster, server.port, 'postgres');
        await client.end();
        return server;
      } catch (error) {
        last = error;
        if (failedWith(error, '28P01', '28000')) break;
      }
    } else if (seen) break;
    await delay(10);
  }
  throw new EmbeddedPostgresError(`The PostgreSQL on ${cluster.dataPath} does not answer: ${reason(last)}.`);
}

/** One connection to the embedded server. The caller ends it. */
export async function connect({ password }: Cluster, port: number, database: string): Promise<pg.Client> {
  const client = new pg.Client({
    host: HOST,
    port,
    user: SUPERUSER,
    password,
    database,
    connectionTimeoutMillis: 5_000,
  });
  client.on('error', () => {}); // the query in progress, or the next one, reports it
  await client.connect();
  return client;
}

/** The address of one of the server's databases. */
export function addressOf({ password }: Cluster, port: number, database: string): string {
  return `postgresql://${SUPERUSER}:${password}@${HOST}:${port}/${database}`;
}

async function lastWords(logPath: string, from: number): Promise<string | undefined> {
  const written = await readFile(logPath).catch(() => Buffer.alloc(0));
  const text = written.subarray(from > LARGEST_LOG_BYTES ? 0 : from).toString();
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const line = lines.findLast((candidate) => /(FATAL|PANIC):/.test(candidate)) ?? lines.at(-1);
  return line && reason(line.replace(/^.*?(FATAL|PANIC):\s*/, ''));
}

/** The wanted port when nobody listens on it, else any. */
async function freePort(wanted: number): Promise<number> {
  const probe = createServer();
  return new Promise((resolve, reject) => {
    probe.once('error', (error) => {
      if (wanted > 0) freePort(0).then(resolve, reject);
      else reject(error);
    });
    probe.listen(wanted, HOST, () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : wanted));
    });
  });
}
