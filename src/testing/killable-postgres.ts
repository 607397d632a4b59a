import { execFile, spawn } from 'node:child_process';
import { chmod, chown, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { type Binaries, findBinaries } from '#platform/embedded/binaries.ts';
import { SUPERUSER } from '#platform/embedded/cluster.ts';
import { addressOf } from '#platform/embedded/connection.ts';
import { endServer, postmasterOf } from '#platform/embedded/process.ts';
import { runServer } from '#platform/embedded/server.ts';
import { SERVER_ENVIRONMENT, serverUser } from '#platform/embedded/user.ts';
import { until } from './until.ts';

const execute = promisify(execFile);

/** Where Debian puts PostgreSQL 15. */
export const DEBIAN_PROGRAMS = '/usr/lib/postgresql/15/bin';
export const DEBIAN_BINARIES: Binaries = {
  initdb: join(DEBIAN_PROGRAMS, 'initdb'),
  postgres: join(DEBIAN_PROGRAMS, 'postgres'),
  majorVersion: 15,
};

export type KillablePostgres = {
  connectionString: string;
  /** What a copy of it is made with. */
  made: { folder: string; dataPath: string; binaries: Binaries; user: Awaited<ReturnType<typeof serverUser>> };
  /** As when its machine is gone: SIGKILL, and nobody starts it again. */
  kill(): Promise<void>;
  /** As the machine does when memory is short: SIGKILL to the server, which then starts again and recovers. */
  killAndRestart(): Promise<void>;
  /** Restarts it as somebody else would run it: with these settings (`name=value`) and PostgreSQL's own defaults. */
  restartWith(...settings: string[]): Promise<void>;
  stop(): Promise<void>;
};

/** A server on a cluster of its own, with all its safety: what it committed survives a kill. `wal_level` is logical. */
export async function startKillablePostgres(given?: Binaries): Promise<KillablePostgres> {
  const folder = await mkdtemp(join(tmpdir(), 'honeyframe-killable-'));
  await chmod(folder, 0o755);
  const dataPath = join(folder, 'data');
  const user = await serverUser(dataPath);
  const binaries = given ?? (await findBinaries(user, join(folder, 'programs')));
  const passwordFile = join(folder, 'password.new');
  await mkdir(dataPath, { mode: 0o700 });
  await writeFile(passwordFile, 'secret', { mode: 0o644 });
  if ('uid' in user) await chown(dataPath, user.uid, user.gid);
  const options = ['-D', dataPath, '-U', SUPERUSER, '--pwfile', passwordFile, '-A', 'scram-sha-256', '-E', 'UTF8'];
  await execute(binaries.initdb, [...options, '--no-locale', '--no-sync'], { ...user, cwd: '/' });
  const cluster = { homePath: folder, dataPath, password: 'secret' };
  const settings = { cluster, binaries, user, durable: true };
  let { server } = await runServer(settings);
  const kill = async () => {
    process.kill(server.pid, 'SIGKILL');
    await until('the server is gone', async () => (await postmasterOf(dataPath)) === undefined);
  };
  return {
    connectionString: addressOf(cluster, server.port, 'postgres'),
    made: { folder, dataPath, binaries, user },
    kill,
    async killAndRestart() {
      await kill();
      // Its children need a moment to notice, and keep its memory until then.
      server = await until('the server is back', async () => (await runServer(settings, server.port)).server, 60_000);
    },
    async restartWith(...wanted) {
      const { port } = server;
      await endServer(server, 'fast');
      const all = ['listen_addresses=127.0.0.1', `port=${port}`, 'unix_socket_directories=', ...wanted];
      spawn(binaries.postgres, ['-D', dataPath, ...all.flatMap((one) => ['-c', one])], {
        ...user,
        cwd: '/',
        env: SERVER_ENVIRONMENT,
        stdio: 'ignore',
      }).unref();
      server = await until('the server is back', async () => {
        const client = new pg.Client({ connectionString: addressOf(cluster, port, 'postgres') });
        await client.connect();
        await client.end();
        return postmasterOf(dataPath);
      });
    },
    async stop() {
      await endServer(server, 'immediate');
      await rm(folder, { recursive: true, force: true });
    },
  };
}
