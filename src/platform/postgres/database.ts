import { PrismaPg } from '@prisma/adapter-pg';
import pg from 'pg';
import { PrismaClient } from '#platform/generated/prisma/client.ts';
import { createFailureLog } from '#platform/log-files/failure-log.ts';
import type { Logger } from '#platform/log-files/log.ts';
import { KEEP_ALIVE_MS, watchSilence } from './silence-watch.ts';

/** A database that cannot be used. The message is one sentence, without the password. */
export class DatabaseError extends Error {
  override name = 'DatabaseError';
}

export type Database = {
  database: PrismaClient;
  /** The same connections as `database`. */
  pool: pg.Pool;
  /** Waits for the queries in progress, then disconnects. */
  close: () => Promise<void>;
};

const OLDEST_SERVER_VERSION = 15;
const CONNECT_TIMEOUT_MS = 5_000;
/** Before everything else a start waits longer: the server may be busy with its own start. */
const FIRST_CONNECT_TIMEOUT_MS = 10_000;

/** How long a statement may take, by what it is for. Connections that fall silent are found earlier. */
export const STATEMENT_LIMITS_MS = { requests: 30_000, deliveries: 15_000 } as const;
/**
 * Longer than the 10 s that our transactions may take. An abandoned transaction no longer holds its rows after that.
 */
const IDLE_IN_TRANSACTION_MS = 12_000;
/** What the client waits beyond the server's own limit, which answers first. */
const ANSWER_MS = 2_000;
/** A client that disappears without closing its connection keeps its backend and its locks for at most 15 seconds. */
const SERVER_KEEP_ALIVE =
  '-c tcp_keepalives_idle=5 -c tcp_keepalives_interval=2 -c tcp_keepalives_count=5 -c tcp_user_timeout=15000';

/**
 * Opens the pool that Prisma and our own statements share. It connects when it is first used, and again after
 * PostgreSQL was restarted: a lost connection fails the query in progress and nothing else.
 * @param poolSize the most connections at once.
 */
export function openDatabase(
  connectionString: string,
  { poolSize = 10, log }: { poolSize?: number; log?: Logger } = {},
): Database {
  const pool = openPool(connectionString, { poolSize, log });
  const database = new PrismaClient({ adapter: new PrismaPg(pool) });
  return {
    database,
    pool,
    async close() {
      await database.$disconnect();
      await pool.end();
    },
  };
}

type PoolOptions = {
  poolSize: number;
  log?: Logger | undefined;
  /** How PostgreSQL's lists of connections name it. */
  name?: string;
  /** Server settings, as `-c name=value`. */
  settings?: string;
  /** What its statements are for: requests by default. */
  kind?: keyof typeof STATEMENT_LIMITS_MS;
  /** In the place of the limit of its kind. */
  statementTimeoutMs?: number;
};

/**
 * Connections with our time limits: an unanswered query fails, nothing waits forever, and connections whose packets are
 * lost are found within seconds and dropped (`watchSilence`).
 */
export function openPool(
  connectionString: string,
  { poolSize, log, name = 'honeyframe-webhooks', settings, kind = 'requests', statementTimeoutMs }: PoolOptions,
): pg.Pool {
  const limitMs = statementTimeoutMs ?? STATEMENT_LIMITS_MS[kind];
  const pool = new pg.Pool({
    connectionString,
    max: poolSize,
    application_name: name,
    options: [SERVER_KEEP_ALIVE, settings].filter(Boolean).join(' '),
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE_MS,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    idleTimeoutMillis: 30_000,
    statement_timeout: limitMs,
    // The server's own limit answers first; this one is for a server that answers nothing any more.
    query_timeout: limitMs + ANSWER_MS,
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MS,
  });
  // Without a listener of its own, a lost connection that is checked out ends the process.
  const silence = watchSilence({ connectionString, application_name: `${name} probe` });
  pool.on('connect', (client) => {
    client.on('error', () => {});
    silence.watch(client);
  });
  pool.on('acquire', (client) => silence.setIdle(client, false));
  pool.on('release', (_, client) => silence.setIdle(client, true));
  // When a server ends, all of its connections do: that is one line.
  const failures = log && createFailureLog(log);
  pool.on('error', (error) => failures?.note(error, { pool: name }, 'A connection to PostgreSQL was lost'));
  return pool;
}

/**
 * Connects once, to find out before anything else starts whether the database can be used.
 * @throws DatabaseError when it is unreachable, refuses us, does not exist or is older than PostgreSQL 15.
 */
export async function checkDatabase(connectionString: string): Promise<void> {
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: FIRST_CONNECT_TIMEOUT_MS });
  client.on('error', () => {}); // the query in progress, or the next one, reports it
  try {
    await client.connect();
    const { rows } = await client.query<{ server_version: string }>('SHOW server_version');
    const version = rows[0]?.server_version ?? 'unknown';
    if (Number.parseInt(version, 10) >= OLDEST_SERVER_VERSION) return;
    throw new DatabaseError(
      `The PostgreSQL at ${client.host}:${client.port} is version ${version}, but the console requires ${OLDEST_SERVER_VERSION} or newer.`,
    );
  } catch (error) {
    throw error instanceof DatabaseError ? error : new DatabaseError(explain(error, client), { cause: error });
  } finally {
    await client.end().catch(() => {});
  }
}

/** One sentence on a failed connection, by SQLSTATE (PostgreSQL, appendix A) or else by the socket's error. */
function explain(error: unknown, { host, port, user, database }: pg.Client): string {
  const server = `PostgreSQL at ${host}:${port}`;
  const { code, message } = innermost(error);
  if (message.includes('client password must be a'))
    return `The ${server} requires a password, and DATABASE_URL contains none.`;
  switch (code) {
    case '28P01':
    case '28000':
      return `The ${server} rejects the user "${user}" (${message}). Check the user name and password in DATABASE_URL.`;
    case '3D000':
      return `The ${server} has no database "${database}". Create it, or set another one in DATABASE_URL.`;
    case '53300':
      return `The ${server} has no connections left. Raise its max_connections, or run fewer processes.`;
    case '57P03':
      return `The ${server} does not accept connections yet (${message}). Try again when it has started.`;
    default:
      return `The ${server} cannot be reached (${message}). Check that it is running and that DATABASE_URL is correct.`;
  }
}

/** Node reports a name with several addresses as one error for all of them, with an empty message. */
function innermost(error: unknown): { code: string; message: string } {
  if (error instanceof AggregateError && error.errors.length > 0) return innermost(error.errors[0]);
  if (!(error instanceof Error)) return { code: '', message: String(error) };
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  return { code, message: error.message.split('\n', 1)[0] ?? '' };
}
