import { Socket } from 'node:net';
import pg from 'pg';
import { z } from 'zod';
import { KEEP_ALIVE_MS, watchSilence } from '#platform/postgres/silence-watch.ts';
import type { Platform } from '#platform/scope.ts';
import { standbySource } from './source-problem.ts';

/** The database whose changes are read: SOURCE_DATABASE_URL, or our own. */
export type SourceAddress = {
  connectionString: string;
  isOwn: boolean;
  user: string;
  /** The address for people to read, without user and password. */
  shown: string;
};

export function sourceAddressOf({ config, pool }: Pick<Platform, 'config' | 'pool'>): SourceAddress {
  const own = pool.options.connectionString ?? '';
  const connectionString = config.sourceDatabaseUrl ?? own;
  const url = new URL(connectionString);
  const shown = `${url.host || 'localhost'}${url.pathname}`;
  return {
    connectionString,
    isOwn: config.sourceDatabaseUrl === undefined,
    user: decodeURIComponent(url.username),
    shown,
  };
}

/** Settings that make the text of values the same on every server. */
const TEXT_FORMAT =
  '-c datestyle=ISO -c timezone=UTC -c intervalstyle=iso_8601 -c extra_float_digits=1 -c bytea_output=hex';
/**
 * Makes PostgreSQL refuse a query instead of leaving out rows that a policy hides. A gap that was filled without them would
 * look complete.
 */
const ALL_ROWS = '-c row_security=off';
/** JIT compilation of a query on the catalogs takes seconds, and running it takes milliseconds. */
const NO_JIT = '-c jit=off';

export const connectionTo = (connectionString: string, purpose: string) => ({
  connectionString,
  application_name: `honeyframe-webhooks ${purpose}`,
  connectionTimeoutMillis: 5_000,
  keepAlive: true,
  keepAliveInitialDelayMillis: KEEP_ALIVE_MS,
  options: `${TEXT_FORMAT} ${NO_JIT} ${ALL_ROWS}`,
});

/** Gives access to its socket, so that a connection that no longer answers can be destroyed. */
export function cuttableConnection(connectionString: string, purpose: string) {
  const sockets: Socket[] = [];
  return {
    options: {
      ...connectionTo(connectionString, purpose),
      stream: () => {
        const socket = new Socket();
        sockets.push(socket);
        return socket;
      },
    },
    /** The number of bytes received so far. It also doesn't grow while we don't read. */
    bytesRead: () => sockets.reduce((sum, { bytesRead }) => sum + bytesRead, 0),
    isPaused: () => sockets.some((socket) => socket.isPaused()),
    cut() {
      for (const socket of sockets) socket.destroy();
    },
  };
}

/** A connection for queries on the source. The caller ends it. */
export async function connectToSource(connectionString: string): Promise<pg.Client> {
  const client = new pg.Client({
    ...connectionTo(connectionString, 'source'),
    statement_timeout: 60_000,
    query_timeout: 70_000,
  });
  client.on('error', () => {}); // the current or next query reports it
  await client.connect();
  const silence = watchSilence({ connectionString, application_name: 'honeyframe-webhooks source probe' });
  silence.watch(client);
  client.once('end', () => silence.stop());
  return client;
}

const identities = z.tuple([z.object({ key: z.string(), is_standby: z.boolean() })]);

/**
 * Which database this is, whatever its address: the cluster's identifier and the database's oid.
 * @throws SourceProblem for a standby.
 */
export async function identify(client: pg.Client): Promise<string> {
  const { rows } = await client.query(
    `select system_identifier || '/' || (select oid from pg_database where datname = current_database()) as key,
       pg_is_in_recovery() as is_standby
     from pg_control_system()`,
  );
  const [{ key, is_standby }] = identities.parse(rows);
  if (is_standby) throw standbySource();
  return key;
}
