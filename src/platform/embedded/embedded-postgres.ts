import { setTimeout as delay } from 'node:timers/promises';
import type pg from 'pg';
import type { Logger } from '#platform/log-files/log.ts';
import { findBinaries } from './binaries.ts';
import { type Cluster, openCluster } from './cluster.ts';
import { addressOf, connect } from './connection.ts';
import { EmbeddedPostgresError, failedWith, reason } from './error.ts';
import type { Launch, ServerSettings } from './launch.ts';
import { endServer, type Postmaster } from './process.ts';
import { runServer } from './server.ts';
import { serverUser } from './user.ts';

export { EmbeddedPostgresError } from './error.ts';

export type EmbeddedPostgres = {
  /** Of the database `honeyframe`, with the password. It stays the same through restarts of the server. */
  connectionString: string;
  /** The cluster: under the data folder, or outside when PostgreSQL's user cannot enter that. */
  dataPath: string;
  /** Whether the server was there already. */
  adopted: boolean;
  /** False from when the server is found to be gone until it is back. */
  isUp: () => boolean;
  /** A console ends the server, within eight seconds. A command ends it only when nobody else uses it. */
  stop: () => Promise<void>;
};

export type EmbeddedPostgresOptions = {
  /** Absolute path. Contains everything except files that PostgreSQL's user must read and can't reach there. */
  dataDir: string;
  log: Logger;
  /**
   * A console has the data folder for itself, and restarts a server that was killed. A command uses the server that is
   * there, or starts one that it stops when it ends.
   */
  purpose: 'console' | 'command';
  /** False is faster, but can lose data in a power failure. Only for tests. */
  durable?: boolean;
  /** Where root puts files that PostgreSQL's user can't reach in the data folder. */
  outsideDir?: string;
};

const DATABASE = 'honeyframe';
const OUTSIDE_DIR = '/var/lib/honeyframe-webhooks';
const SHORTEST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 30_000;

/**
 * Starts the PostgreSQL that comes with us, or takes over the one that a killed process left.
 * @throws EmbeddedPostgresError with one line that says why it does not start, or that another console has the folder.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const { dataDir, log, purpose, durable = true, outsideDir = OUTSIDE_DIR } = options;
  const sayOrphan = (folder: string) =>
    log.info(
      { folder },
      'A database that belonged to a data folder at this path is kept. Delete its folder if it is no longer needed',
    );
  const user = await serverUser(`${dataDir}/postgres/data`);
  const binaries = await findBinaries(user, outsideDir);
  const cluster = await openCluster({ dataDir, outsideDir, onOrphan: sayOrphan }, binaries, user, durable);
  const settings: ServerSettings = { cluster, binaries, user, durable };
  const start = await startAndLock(settings, options);
  const { adopted } = start;
  const { port } = start.server;
  if (adopted && purpose === 'console') log.info({ port }, 'Took over the embedded PostgreSQL that was running');
  let { server, connection } = start;
  const stopping = new AbortController();
  let restarted: Promise<void> | undefined;
  let up = true;
  if (purpose === 'console') watch();

  /** The connection that holds our lock is the sign of life: of our own server and of one taken over alike. */
  function watch(): void {
    connection.once('end', () => {
      up = false;
      if (!stopping.signal.aborted) restarted = restart();
    });
  }

  async function restart(): Promise<void> {
    log.error({ port }, 'The embedded PostgreSQL has stopped and is being restarted');
    for (let pauseMs = SHORTEST_PAUSE_MS; !stopping.signal.aborted; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
      try {
        await delay(pauseMs, undefined, { signal: stopping.signal });
        ({ server, connection } = await startAndLock(settings, options, port));
        watch();
        up = true;
        log.info({ port }, 'The embedded PostgreSQL is running again');
        return;
      } catch (error) {
        if (stopping.signal.aborted) return;
        log.error({ reason: reason(error) }, 'The embedded PostgreSQL could not be restarted yet');
      }
    }
  }

  return {
    connectionString: addressOf(cluster, port, DATABASE),
    dataPath: cluster.dataPath,
    adopted,
    isUp: () => up,
    async stop() {
      stopping.abort();
      await restarted;
      if (purpose === 'command' && !(await takeForItsEnd(connection).catch(() => false))) return connection.end();
      await endServer(server, 'fast');
      await connection.end().catch(() => {});
    },
  };
}

type Start = { server: Postmaster; adopted: boolean; connection: pg.Client };

/** A start that fails ends the server that it launched. @throws EmbeddedPostgresError */
async function startAndLock(
  settings: ServerSettings,
  options: EmbeddedPostgresOptions,
  fixedPort?: number,
): Promise<Start> {
  const launches: { server: Postmaster; launched: Launch }[] = [];
  try {
    const start = await tryToStartAndLock(settings, options, launches, fixedPort);
    if (options.purpose === 'command') for (const { launched } of launches) launched.outlive();
    return start;
  } catch (error) {
    for (const { server } of launches) await endUnlessUsed(settings.cluster, server);
    throw error;
  }
}

/** Another process may be using the server by now. If it doesn't answer us, it can't be of use to others either. */
async function endUnlessUsed(cluster: Cluster, server: Postmaster): Promise<void> {
  const connection = await connect(cluster, server.port, DATABASE).catch(() => undefined);
  const isFree = connection ? await takeForItsEnd(connection).catch(() => true) : true;
  if (isFree) await endServer(server, 'fast');
  await connection?.end().catch(() => {});
}

/**
 * Starts or finds the server and takes our locks on it. A command that ends the server at this very moment makes us
 * lose the connection: then it is started again.
 */
async function tryToStartAndLock(
  settings: ServerSettings,
  { dataDir, purpose }: EmbeddedPostgresOptions,
  launches: { server: Postmaster; launched: Launch }[],
  fixedPort?: number,
): Promise<Start> {
  for (let attempt = 1; ; attempt += 1) {
    const { server, launched } = await runServer(settings, fixedPort);
    if (launched) launches.push({ server, launched });
    if (fixedPort && server.port !== fixedPort) {
      throw new EmbeddedPostgresError(`PostgreSQL now runs on port ${server.port}, not on ${fixedPort}.`);
    }
    let connection: pg.Client | undefined;
    try {
      connection = await connectToDatabase(settings.cluster, server.port);
      if (await takeLocks(connection, purpose))
        return { server, adopted: !launches.some((launch) => launch.server.pid === server.pid), connection };
    } catch (error) {
      await connection?.end().catch(() => {});
      if (attempt < 10) continue;
      throw new EmbeddedPostgresError(`The embedded PostgreSQL cannot be used: ${reason(error)}.`, { cause: error });
    }
    await connection.end();
    throw new EmbeddedPostgresError(
      `The data folder ${dataDir} is in use by another console. Stop that one, or set DATA_DIR to another folder.`,
    );
  }
}

async function connectToDatabase(cluster: Cluster, port: number): Promise<pg.Client> {
  try {
    return await connect(cluster, port, DATABASE);
  } catch (error) {
    if (!failedWith(error, '3D000')) throw error;
  }
  const maintenance = await connect(cluster, port, 'postgres');
  try {
    await maintenance.query(`CREATE DATABASE ${DATABASE}`);
  } catch (error) {
    if (!failedWith(error, '42P04', '23505')) throw error; // another start was first
  } finally {
    await maintenance.end();
  }
  return connect(cluster, port, DATABASE);
}

/** Held shared by every process that uses the server, and alone by the one that ends it. */
const USERS_LOCK = 4_862_311;
/** Held by the console. */
const CONSOLE_LOCK = 4_862_312;
/** The kernel closes a killed process's connections immediately. Its lock is free once the server has noticed. */
const PATIENCE_MS = 1_500;

/**
 * Registers a connection as a user of the server, and for a console as the only one. PostgreSQL holds the locks for as
 * long as the connection lives, so a kill frees them.
 * Waits while another process ends the server; the connection is lost then.
 * @returns false when another console has the server.
 */
async function takeLocks(connection: pg.Client, purpose: 'console' | 'command'): Promise<boolean> {
  await connection.query('SELECT pg_advisory_lock_shared($1)', [USERS_LOCK]);
  if (purpose === 'command') return true;
  const deadline = performance.now() + PATIENCE_MS;
  do {
    if (await tryLock(connection, CONSOLE_LOCK)) return true;
    await delay(25);
  } while (performance.now() < deadline);
  return false;
}

/** Locks the server so that the caller can stop it and nobody else can use it. False if another process uses it. */
async function takeForItsEnd(connection: pg.Client): Promise<boolean> {
  await connection.query('SELECT pg_advisory_unlock_shared($1)', [USERS_LOCK]);
  return tryLock(connection, USERS_LOCK);
}

async function tryLock(connection: pg.Client, lock: number): Promise<boolean> {
  const { rows } = await connection.query<{ taken: boolean }>('SELECT pg_try_advisory_lock($1) AS taken', [lock]);
  return rows[0]?.taken === true;
}
