import { spawn } from 'node:child_process';
import { chown, cp, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { connect, createServer, type Socket } from 'node:net';
import { basename, join } from 'node:path';
import pg from 'pg';
import { endServer, postmasterOf } from '#platform/embedded/process.ts';
import { SERVER_ENVIRONMENT } from '#platform/embedded/user.ts';
import { type KillablePostgres, startKillablePostgres } from './killable-postgres.ts';
import { portOf } from './receivers.ts';
import { until } from './until.ts';

/** Of a running server alone, or its own to write. */
const NOT_COPIED = new Set(['postmaster.pid', 'postmaster.opts', 'pg_replslot', 'pg_stat_tmp', 'postgresql.auto.conf']);

export type Standby = {
  connectionString: string;
  /** Makes it the primary, on a timeline of its own, and returns once it writes. */
  promote(): Promise<void>;
  stop(): Promise<void>;
};

/**
 * A hot standby of a running server, by its log. It copies failover slots where its version can (PostgreSQL 17).
 * @param settings further ones, as `name=value`.
 */
export async function startStandby(primary: KillablePostgres, ...settings: string[]): Promise<Standby> {
  const { folder, dataPath: from, binaries, user } = primary.made;
  const dataPath = join(folder, 'standby');
  const client = new pg.Client({ connectionString: primary.connectionString });
  await client.connect();
  await client.query(`select pg_create_physical_replication_slot('standby', true)`);
  await client.query(`select pg_backup_start('standby', true)`);
  await cp(from, dataPath, { recursive: true, filter: (path) => !NOT_COPIED.has(basename(path)) });
  const { rows } = await client.query<{ labelfile: string }>('select labelfile from pg_backup_stop(false)');
  await client.end();
  await writeFile(join(dataPath, 'backup_label'), rows[0]?.labelfile ?? '');
  await writeFile(join(dataPath, 'standby.signal'), '');
  await mkdir(join(dataPath, 'pg_replslot'));
  const { username, password, port: primaryPort } = new URL(primary.connectionString);
  const port = await freePort();
  const source = `host=127.0.0.1 port=${primaryPort} user=${username} password=${password} dbname=postgres`;
  const all = ['listen_addresses=127.0.0.1', `port=${port}`, 'unix_socket_directories=', 'wal_level=logical'];
  const follows = [`primary_conninfo = '${source}'`, `primary_slot_name = 'standby'`, 'hot_standby_feedback = on'];
  if (binaries.majorVersion >= 17) follows.push('sync_replication_slots = on');
  await writeFile(join(dataPath, 'postgresql.auto.conf'), follows.join('\n'));
  if ('uid' in user) await ownedBy(dataPath, user.uid, user.gid);
  spawn(binaries.postgres, ['-D', dataPath, ...[...all, ...settings].flatMap((one) => ['-c', one])], {
    ...user,
    cwd: '/',
    env: SERVER_ENVIRONMENT,
    stdio: 'ignore',
  }).unref();
  const url = new URL(primary.connectionString);
  url.port = String(port);
  const connectionString = url.href;
  const ask = async (text: string) => {
    const asking = new pg.Client({ connectionString });
    await asking.connect();
    try {
      return await asking.query<{ done: boolean }>(text);
    } finally {
      await asking.end();
    }
  };
  await until(
    'the standby answers',
    async () => (await ask('select pg_is_in_recovery() as done')).rows[0]?.done,
    30_000,
  );
  return {
    connectionString,
    async promote() {
      await ask('select pg_promote()');
      await until('it writes', async () => (await ask('select not pg_is_in_recovery() as done')).rows[0]?.done);
    },
    async stop() {
      const server = await postmasterOf(dataPath);
      if (server) await endServer(server, 'immediate');
      await rm(dataPath, { recursive: true, force: true });
    },
  };
}

async function ownedBy(path: string, uid: number, gid: number): Promise<void> {
  await chown(path, uid, gid);
  for (const entry of await readdir(path, { recursive: true, withFileTypes: true }))
    await chown(join(entry.parentPath, entry.name), uid, gid);
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const port = portOf(server);
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/**
 * An address that leads to one server after another, as a name or a virtual address does in a failover.
 */
export async function startMovingAddress(first: string) {
  let target = Number(new URL(first).port);
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(target, '127.0.0.1');
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => {
        sockets.delete(socket);
        client.destroy();
        upstream.destroy();
      });
    }
    client.pipe(upstream).pipe(client);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = new URL(first);
  url.port = String(portOf(server));
  return {
    connectionString: url.href,
    /** New connections lead there, and those that are open end. */
    moveTo(next: string) {
      target = Number(new URL(next).port);
      for (const socket of sockets) socket.destroy();
    },
    async stop() {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

/** A primary, its standby, and the address by which clients reach whichever is the primary. */
export async function startPrimaryAndStandby(binaries?: Parameters<typeof startKillablePostgres>[0]) {
  const primary = await startKillablePostgres(binaries);
  const address = await startMovingAddress(primary.connectionString);
  let standby: Standby | null = null;
  return {
    primary,
    connectionString: address.connectionString,
    async startStandby(...settings: string[]) {
      standby = await startStandby(primary, ...settings);
      return standby;
    },
    moveTo: (next: string) => address.moveTo(next),
    /** The primary's machine is lost, and the standby takes its place and its address. */
    async failOver() {
      await primary.kill();
      await standby?.promote();
      address.moveTo(standby?.connectionString ?? '');
    },
    async end() {
      await address.stop();
      await standby?.stop();
      await primary.stop();
    },
  };
}
